#!/usr/bin/env bash
# @aws-lambda-powertools/parser 2.35.0 (330,000 downloads a month) refuses an event of S3 whose object was put over IPv6: the address has to be an IPv4 address, or
# "s3.amazonaws.com" in a notification. It refuses notifications and events through EventBridge. S3's dual-stack endpoints take IPv6 (S3 API Reference, "Making requests to Amazon S3
# over IPv6"), so a client on another network makes a function fail that has worked for years. For API Gateway the package takes both families (its issue 4348).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-lambda-powertools/parser@2.35.0 zod@4.6.7
cat > see.mjs <<'JS'
import { S3EventNotificationEventBridgeSchema, S3Schema } from '@aws-lambda-powertools/parser/schemas/s3';
const [bucket, object] = [{ name: 'logs' }, { key: 'day.gz', size: 1, eTag: 'e', etag: 'e', sequencer: '0' }];
const notification = (sourceIPAddress) => ({
  Records: [
    {
      ...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'eu-west-1', eventTime: '2026-11-30T10:00:00.000Z', eventName: 'ObjectCreated:Put' },
      ...{ userIdentity: { principalId: 'AWS:AROAEXAMPLE' }, requestParameters: { sourceIPAddress }, responseElements: { 'x-amz-request-id': 'r', 'x-amz-id-2': 'i' } },
      s3: { s3SchemaVersion: '1.0', configurationId: 'c', bucket: { ...bucket, ownerIdentity: { principalId: 'A1' }, arn: 'arn:aws:s3:::logs' }, object },
    },
  ],
});
const event = (address) => ({
  ...{ version: '0', id: 'e', 'detail-type': 'Object Created', source: 'aws.s3', account: '111122223333', time: '2026-11-30T10:00:00Z', region: 'eu-west-1', resources: ['arn:aws:s3:::logs'] },
  detail: { version: '0', bucket, object, 'request-id': 'r', requester: '111122223333', 'source-ip-address': address, reason: 'PutObject' },
});
const show = ({ success, error }) => (success ? 'accepted' : `refused at ${error.issues.map(({ path }) => path.join('.')).join()}`);
for (const address of ['203.0.113.9', '2001:db8::9']) {
  console.log(`notification from ${address}: ${show(S3Schema.safeParse(notification(address)))}`);
  console.log(`event from ${address}: ${show(S3EventNotificationEventBridgeSchema.safeParse(event(address)))}`);
}
JS
node see.mjs | tee seen
diff - seen <<'SEEN'
notification from 203.0.113.9: accepted
event from 203.0.113.9: accepted
notification from 2001:db8::9: refused at Records.0.requestParameters.sourceIPAddress
event from 2001:db8::9: refused at detail.source-ip-address
SEEN
