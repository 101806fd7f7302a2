#!/usr/bin/env bash
# serverless-offline-aws-eventbridge 2.2.4 (94,000 downloads a month) decides offline which rule an event matches. For EC2's own events it decides otherwise
# than EventBridge: a hyphen in a field's name ends in an error, "anything-but" matches an absent field, and account, region and
# resources are not compared. A rule that was tested with it can be silent, or too loud, in an account.
# Source of the right values: EventBridge User Guide, "Comparison operators for use in event patterns".
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts serverless-offline-aws-eventbridge@2.2.4
cat > see.cjs <<'JS'
const { default: Plugin } = require('serverless-offline-aws-eventbridge');
const plugin = Object.create((Plugin ?? require('serverless-offline-aws-eventbridge')).prototype);
plugin.logDebug = () => {};
const event = {
  Source: 'aws.ec2',
  DetailType: 'EC2 Instance State-change Notification',
  Detail: JSON.stringify({ 'instance-id': 'i-0abc', state: 'running' }),
};
function matches(pattern) {
  try {
    return plugin.verifyIsSubscribed({ functionKey: 'f', event: { pattern } }, event);
  } catch (error) {
    return error.message.split('\n')[0];
  }
}
const rows = [
  ['instance-id of the event', { detail: { 'instance-id': ['i-0abc'] } }, true],
  ['anything-but of an absent field', { detail: { reason: [{ 'anything-but': ['x'] }] } }, false],
  ['anything-but with a prefix', { detail: { state: [{ 'anything-but': { prefix: 'run' } }] } }, false],
  ['another account', { source: ['aws.ec2'], account: ['999999999999'] }, false],
  ['other resources', { source: ['aws.ec2'], resources: ['arn:aws:ec2:::x'] }, false],
];
for (const [name, pattern, right] of rows)
  console.log(`${name}: ${matches(pattern)} (EventBridge: ${right})`);
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
instance-id of the event: Lexical error on line 1. Unrecognized text. (EventBridge: true)
anything-but of an absent field: true (EventBridge: false)
anything-but with a prefix: true (EventBridge: false)
another account: true (EventBridge: false)
other resources: true (EventBridge: false)
SEEN
