#!/usr/bin/env bash
# Two clients of S3 read the keys of a listing as numbers where they look like numbers. minio 8.0.7 (2.3 million downloads a month) gives other texts: the object 0042 is listed as 42, and 1.10 as
# 1.1, which may be objects of their own. @aws-lite/client 0.24.1 (2.6 million) with @aws-lite/s3 0.2.7 gives numbers and booleans, and does so for each answer in XML: of EC2, the id of an
# account and the values of tags. It also asks for another object where a key has `?`, `//` or a percent sign. minio and s3mini 1.0.2 drop a space at the end of a key. A program that deletes
# what it has listed deletes other objects. @aws-sdk/client-s3 3.1173.0 is right. Any text of up to 1,024 bytes is a key (S3 User Guide, "Naming Amazon S3 objects").
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-lite/client@0.24.1 @aws-lite/s3@0.2.7 minio@8.0.7 s3mini@1.0.2 @aws-sdk/client-s3@3.1173.0
cat > see.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import awsLite from '@aws-lite/client';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Client } from 'minio';
import { S3mini } from 's3mini';
const KEYS = ['0042', '1.10', '0x10', '1e3', 'true', 'end '];
const contents = KEYS.map((key) => `<Contents><Key>${key}</Key><LastModified>2026-11-30T10:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>`);
const listing = `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>logs</Name><KeyCount>${KEYS.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
const tag = '<tagSet><item><key>version</key><value>1.10</value></item></tagSet>';
const instances = `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item><ownerId>012345678901</ownerId><instancesSet><item>${tag}</item></instancesSet></item></reservationSet></DescribeInstancesResponse>`;
let asked = '';
const server = createServer(({ url }, response) => {
  asked = url;
  response.setHeader('content-type', 'application/xml').end(`<?xml version="1.0" encoding="UTF-8"?>${url.includes('DescribeInstances') ? instances : listing}`);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = server.address();
const [region, endpoint, accessKeyId, secretAccessKey] = ['us-east-1', `http://127.0.0.1:${port}`, 'AKIDEXAMPLE', 'example'];
const sdk = new S3Client({ region, endpoint, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
const lite = await awsLite({ region, endpoint, accessKeyId, secretAccessKey, plugins: [import('@aws-lite/s3')] });
const minio = new Client({ endPoint: '127.0.0.1', port, useSSL: false, region, accessKey: accessKeyId, secretKey: secretAccessKey });
const namesOf = async (stream) => {
  const names = [];
  for await (const { name } of stream) names.push(name);
  return names;
};
const show = (name, keys) => console.log(`${name}: ${JSON.stringify(keys)}`);
show('client-s3', (await sdk.send(new ListObjectsV2Command({ Bucket: 'logs' }))).Contents.map(({ Key }) => Key));
show('minio', await namesOf(minio.listObjectsV2('logs', '', true)));
show('s3mini', (await new S3mini({ accessKeyId, secretAccessKey, region, endpoint: `${endpoint}/logs` }).listObjects()).map(({ Key }) => Key));
show('aws-lite', (await lite.S3.ListObjectsV2({ Bucket: 'logs' })).Contents.map(({ Key }) => Key));
const { payload } = await lite({ service: 'ec2', path: '/', query: { Action: 'DescribeInstances', Version: '2016-11-15' } });
const { ownerId, instancesSet } = payload.reservationSet.item;
show('aws-lite, owner 012345678901 and tag 1.10', [ownerId, instancesSet.item.tagSet.item.value]);
for (const Key of ['a?b', 'a//b', '100%25']) {
  await sdk.send(new HeadObjectCommand({ Bucket: 'logs', Key }));
  const right = asked;
  await lite.S3.HeadObject({ Bucket: 'logs', Key });
  console.log(`${Key}: client-s3 asks for ${right}, aws-lite for ${asked}`);
}
process.exit(0);
JS
AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true node see.mjs | tee seen
diff - seen <<'SEEN'
client-s3: ["0042","1.10","0x10","1e3","true","end "]
minio: ["42","1.1","16","1e3","true","end"]
s3mini: ["0042","1.10","0x10","1e3","true","end"]
aws-lite: [42,1.1,16,1000,true,"end "]
aws-lite, owner 012345678901 and tag 1.10: [12345678901,1.1]
a?b: client-s3 asks for /logs/a%3Fb, aws-lite for /logs/a?b=
a//b: client-s3 asks for /logs/a//b, aws-lite for /logs/a/b
100%25: client-s3 asks for /logs/100%2525, aws-lite for /logs/100%25
SEEN
