#!/usr/bin/env bash
# s3rver 3.7.1 (900,000 downloads a month) and its fork @20minutes/s3rver 5.0.0 stand in for S3. Both ignore If-None-Match and If-Match of a PUT, answer 200 and overwrite. S3 answers 412
# (S3 User Guide, "Conditional writes", since August and November 2024). A journal that relies on `If-None-Match: *` looks right beside them and keeps
# nothing. Both honour If-None-Match of a GET. Our own stand-in (local/s3) refuses what it does not offer.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts s3rver@3.7.1 @20minutes/s3rver@5.0.0 @aws-sdk/client-s3@3.1173.0
cat > see.cjs <<'JS'
const { mkdtempSync } = require('node:fs');
const { S3Client, GetObjectCommand, PutObjectCommand } = require('@aws-sdk/client-s3');
const serverOf = async (name) => [require(name), (await import(name)).default].find((each) => each.prototype?.run);
async function see(name) {
  const Server = await serverOf(name);
  const configureBuckets = [{ name: 'journal' }];
  const server = new Server({ port: 0, address: '127.0.0.1', silent: true, directory: mkdtempSync('s3-'), configureBuckets });
  const { port } = await server.run();
  const client = new S3Client({
    ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  });
  const object = { Bucket: 'journal', Key: 'record' };
  const status = (sent) => sent.then(({ $metadata }) => $metadata.httpStatusCode, (error) => error.$metadata.httpStatusCode);
  const put = (Body, condition) => status(client.send(new PutObjectCommand({ ...object, Body, ...condition })));
  await put('one', {});
  console.log(`${name}: PUT If-None-Match: * on an object that exists: ${await put('two', { IfNoneMatch: '*' })} (S3: 412)`);
  console.log(`${name}: PUT If-Match of another ETag: ${await put('three', { IfMatch: '"00000000000000000000000000000000"' })} (S3: 412)`);
  const { Body, ETag } = await client.send(new GetObjectCommand(object));
  console.log(`${name}: the object is "${await Body.transformToString()}" (S3: "one")`);
  console.log(`${name}: GET If-None-Match: ${await status(client.send(new GetObjectCommand({ ...object, IfNoneMatch: ETag })))}`);
  await server.close();
}
see('s3rver').then(() => see('@20minutes/s3rver')).then(() => process.exit(0));
JS
AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true node see.cjs | tee seen
diff - seen <<'SEEN'
s3rver: PUT If-None-Match: * on an object that exists: 200 (S3: 412)
s3rver: PUT If-Match of another ETag: 200 (S3: 412)
s3rver: the object is "three" (S3: "one")
s3rver: GET If-None-Match: 304
@20minutes/s3rver: PUT If-None-Match: * on an object that exists: 200 (S3: 412)
@20minutes/s3rver: PUT If-Match of another ETag: 200 (S3: 412)
@20minutes/s3rver: the object is "three" (S3: "one")
@20minutes/s3rver: GET If-None-Match: 304
SEEN
