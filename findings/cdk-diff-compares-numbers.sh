#!/usr/bin/env bash
# @aws-cdk/cloudformation-diff 2.187.5, also within aws-cdk 2.1148.1, takes two texts for equal when JavaScript's Number() makes one number of both. So a database's
# EngineVersion "16.1" and "16.10", a value "" and "0", and two texts that differ in a leading zero have no difference, and `cdk diff --fail` ends with 0. A change set that
# names the property with both values is overruled. CloudFormation declares these properties as strings. With a second point ("8.0.1", "8.0.10") the change is found.
# docs/operate/upgrade.md warns of it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-cdk/cloudformation-diff@2.187.5 aws-cdk@2.1148.1
cat > see.cjs <<'JS'
const { mkdirSync, writeFileSync } = require('node:fs');
const { fullDiff } = require('@aws-cdk/cloudformation-diff');
const changes = {
  Database: ['AWS::RDS::DBInstance', 'EngineVersion', '16.1', '16.10'],
  Flag: ['AWS::SSM::Parameter', 'Value', '', '0'],
  Account: ['AWS::SSM::Parameter', 'Value', '012345678901', '12345678901'],
  Revision: ['AWS::SSM::Parameter', 'Value', '1e3', '1000'],
  Points: ['AWS::RDS::DBInstance', 'EngineVersion', '8.0.1', '8.0.10'],
};
const template = (ids, at) => ({ Resources: Object.fromEntries(ids.map((id) => [id, { Type: changes[id][0], Properties: { [changes[id][1]]: changes[id][at] } }])) });
for (const id of Object.keys(changes)) {
  const { differenceCount } = fullDiff(template([id], 2), template([id], 3));
  console.log(`${id}, ${JSON.stringify(changes[id][2])} to ${JSON.stringify(changes[id][3])}: differences ${differenceCount}`);
}
const Target = { Attribute: 'Properties', Name: 'EngineVersion', RequiresRecreation: 'Never', BeforeValue: '16.1', AfterValue: '16.10' };
const contextOf = (EngineVersion) => JSON.stringify({ Properties: { EngineVersion } });
const ResourceChange = {
  ...{ Action: 'Modify', LogicalResourceId: 'Database', ResourceType: 'AWS::RDS::DBInstance', Replacement: 'False', Scope: ['Properties'] },
  ...{ Details: [{ ChangeSource: 'DirectModification', Evaluation: 'Static', Target }], BeforeContext: contextOf('16.1'), AfterContext: contextOf('16.10') },
};
const { differenceCount } = fullDiff(template(['Database'], 2), template(['Database'], 3), { Changes: [{ Type: 'Resource', ResourceChange }] });
console.log(`Database, with the change set that says so: differences ${differenceCount}`);
const stacks = { Numbers: ['Database', 'Flag', 'Account', 'Revision'], Points: ['Points'] };
mkdirSync('cdk.out');
const artifacts = {};
for (const [name, ids] of Object.entries(stacks)) {
  const templateFile = `${name}.template.json`;
  writeFileSync(`${name}.before.json`, JSON.stringify(template(ids, 2)));
  writeFileSync(`cdk.out/${templateFile}`, JSON.stringify(template(ids, 3)));
  artifacts[name] = { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/unknown-region', properties: { templateFile } };
}
writeFileSync('cdk.out/manifest.json', JSON.stringify({ version: '36.0.0', artifacts }));
JS
export HOME="$folder" CDK_DISABLE_CLI_TELEMETRY=true
{
  node see.cjs
  for stack in Numbers Points; do
    npx cdk diff --app cdk.out --template $stack.before.json --no-change-set --no-notices --fail $stack > $stack.txt 2>&1 && status=0 || status=$?
    echo "cdk diff --fail of $stack: status $status, $(grep -o 'Number of stacks with differences: .*' $stack.txt)"
  done
} | tee seen
diff - seen <<'SEEN'
Database, "16.1" to "16.10": differences 0
Flag, "" to "0": differences 0
Account, "012345678901" to "12345678901": differences 0
Revision, "1e3" to "1000": differences 0
Points, "8.0.1" to "8.0.10": differences 1
Database, with the change set that says so: differences 0
cdk diff --fail of Numbers: status 0, Number of stacks with differences: 0
cdk diff --fail of Points: status 1, Number of stacks with differences: 1
SEEN
