#!/usr/bin/env bash
# cfn-resolver-lib 1.1.8 (127,000 downloads a month) computes the values of a CloudFormation template, for tests before a deployment. An object with one member that is a list becomes the list: a
# resource that only has tags loses the name `Tags`. Three usual forms stay unresolved, without an error: AWS::NoValue, which removes a property or an element, becomes the text
# "AWS::NoValue"; Fn::Sub with a map replaces the names of the map alone, not parameters and AWS::Region; and `${!Stage}` keeps its exclamation mark, although it is the literal `${Stage}`.
# Source: CloudFormation Template Reference, "Fn::Sub", and User Guide, "Pseudo parameters reference".
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts cfn-resolver-lib@1.1.8
cat > see.cjs <<'JS'
const Evaluator = require('cfn-resolver-lib');
const RefResolvers = { Stage: 'test', 'AWS::Region': 'eu-west-1', 'AWS::Partition': 'aws', 'AWS::AccountId': '111122223333', 'AWS::StackId': 's', 'AWS::StackName': 'n' };
function resolve(Properties, Type) {
  const Parameters = { Stage: { Type: 'String' } };
  const Conditions = { Live: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] } };
  const template = { Parameters, Conditions, Resources: { One: { Type, Properties } } };
  return JSON.stringify(new Evaluator(template, { RefResolvers }).evaluateNodes().Resources.One.Properties);
}
const tags = [{ Key: 'stage', Value: { Ref: 'Stage' } }];
const rows = [
  ['two properties', { BucketName: 'logs', Tags: tags }, '{"BucketName":"logs","Tags":[{"Key":"stage","Value":"test"}]}'],
  ['tags alone', { Tags: tags }, '{"Tags":[{"Key":"stage","Value":"test"}]}'],
  ['no value', { BucketName: { 'Fn::If': ['Live', 'logs', { Ref: 'AWS::NoValue' }] } }, '{}'],
  ['Sub with a text', { BucketName: { 'Fn::Sub': '${Stage}-${AWS::Region}' } }, '{"BucketName":"test-eu-west-1"}'],
  ['Sub with a map', { BucketName: { 'Fn::Sub': ['${Name}-${Stage}-${AWS::Region}', { Name: 'logs' }] } }, '{"BucketName":"logs-test-eu-west-1"}'],
  ['a literal', { Type: 'String', Value: { 'Fn::Sub': '${!Stage}' } }, '{"Type":"String","Value":"${Stage}"}', 'AWS::SSM::Parameter'],
];
for (const [name, properties, right, type = 'AWS::S3::Bucket'] of rows) console.log(`${name}: ${resolve(properties, type)} (CloudFormation: ${right})`);
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
two properties: {"BucketName":"logs","Tags":[{"Key":"stage","Value":"test"}]} (CloudFormation: {"BucketName":"logs","Tags":[{"Key":"stage","Value":"test"}]})
tags alone: [{"Key":"stage","Value":"test"}] (CloudFormation: {"Tags":[{"Key":"stage","Value":"test"}]})
no value: {"BucketName":"AWS::NoValue"} (CloudFormation: {})
Sub with a text: {"BucketName":"test-eu-west-1"} (CloudFormation: {"BucketName":"test-eu-west-1"})
Sub with a map: {"BucketName":"logs-${Stage}-${AWS::Region}"} (CloudFormation: {"BucketName":"logs-test-eu-west-1"})
a literal: {"Type":"String","Value":"${!Stage}"} (CloudFormation: {"Type":"String","Value":"${Stage}"})
SEEN
