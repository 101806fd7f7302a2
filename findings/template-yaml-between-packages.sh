#!/usr/bin/env bash
# Two packages read and print CloudFormation's YAML with its short tags: yaml-cfn 0.3.2 (300,000 downloads a month) by YAML 1.2's rules, and js-yaml-cloudformation-schema 1.0.0
# (740,000) with js-yaml 3.15.2 by YAML 1.1's. Each leaves a text without quotes that the other one does not read as a text. The id of an account loses its leading zero in one
# direction. In the other, the version of a policy becomes a time, and a name such as 1_000 a number. Each package reads its own output back rightly.
# Of one valid template they also disagree about `!Condition`, which is {"Condition": ...} in JSON (CloudFormation User Guide, "Condition functions", Fn::And): the second package
# makes "Fn::Condition", which does not exist.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts yaml-cfn@0.3.2 yaml@2.9.1 js-yaml-cloudformation-schema@1.0.0 js-yaml@3.15.2
cat > see.cjs <<'JS'
const yaml = require('js-yaml');
const { CLOUDFORMATION_SCHEMA: schema } = require('js-yaml-cloudformation-schema');
const { yamlDump, yamlParse } = require('yaml-cfn');
const packages = {
  'yaml-cfn': { print: yamlDump, read: yamlParse },
  'js-yaml-cloudformation-schema': { print: (value) => yaml.safeDump(value, { schema }), read: (text) => yaml.safeLoad(text, { schema }) },
};
const show = (value) => JSON.stringify(value);
for (const [printer, { print }] of Object.entries(packages))
  for (const [reader, { read }] of Object.entries(packages)) {
    const values = { Account: '012345678901', Version: '2012-10-17', Name: '1_000' };
    console.log(`printed by ${printer}, read by ${reader}: ${show(read(print(values)))}`);
  }
for (const [name, { read }] of Object.entries(packages))
  console.log(`${name}: ${show(read('Both: !And [!Condition Public, !Condition Production]'))}`);
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
printed by yaml-cfn, read by yaml-cfn: {"Account":"012345678901","Version":"2012-10-17","Name":"1_000"}
printed by yaml-cfn, read by js-yaml-cloudformation-schema: {"Account":"012345678901","Version":"2012-10-17T00:00:00.000Z","Name":1000}
printed by js-yaml-cloudformation-schema, read by yaml-cfn: {"Account":12345678901,"Version":"2012-10-17","Name":"1_000"}
printed by js-yaml-cloudformation-schema, read by js-yaml-cloudformation-schema: {"Account":"012345678901","Version":"2012-10-17","Name":"1_000"}
yaml-cfn: {"Both":{"Fn::And":[{"Condition":"Public"},{"Condition":"Production"}]}}
js-yaml-cloudformation-schema: {"Both":{"Fn::And":[{"Fn::Condition":"Public"},{"Fn::Condition":"Production"}]}}
SEEN
