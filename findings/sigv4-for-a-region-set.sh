#!/usr/bin/env bash
# CloudFront KeyValueStore takes SigV4A only, with the region set "*". aws4fetch 1.0.20 and aws4 1.13.2 accept "*" as a region and sign plain SigV4 with it; neither
# warns. Left alone, both derive an empty service and us-east-1 from the store's host name. The service answers 403, and the reason is not in the client.
# Source: CloudFront Developer Guide, "Work with key value data", on SigV4A. The decision on our signer is in docs/decisions.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts aws4fetch@1.0.20 aws4@1.13.2
cat > see.mjs <<'JS'
import aws4 from 'aws4';
import { AwsClient } from 'aws4fetch';
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
const host = '111122223333.cloudfront-kvs.global.api.aws';
const scope = (text) => text.replace(/Credential=[^/]+\/\d{8}/, 'Credential=KEY/DATE').split(', ')[0];
async function fetchScope(options) {
  const request = await new AwsClient({ ...keys, ...options }).sign(`https://${host}/key-value-stores/arn`);
  return scope(request.headers.get('authorization'));
}
const aws4Scope = (options) => scope(aws4.sign({ host, path: '/key-value-stores/arn', ...options }, keys).headers.Authorization);
const star = { region: '*', service: 'cloudfront-keyvaluestore' };
console.log('aws4fetch, told', await fetchScope(star));
console.log('aws4fetch, left alone', await fetchScope({}));
console.log('aws4, told', aws4Scope(star));
console.log('aws4, left alone', aws4Scope({}));
JS
node see.mjs | tee seen
diff - seen <<'SEEN'
aws4fetch, told AWS4-HMAC-SHA256 Credential=KEY/DATE/*/cloudfront-keyvaluestore/aws4_request
aws4fetch, left alone AWS4-HMAC-SHA256 Credential=KEY/DATE/us-east-1//aws4_request
aws4, told AWS4-HMAC-SHA256 Credential=KEY/DATE/*/cloudfront-keyvaluestore/aws4_request
aws4, left alone AWS4-HMAC-SHA256 Credential=KEY/DATE/us-east-1//aws4_request
SEEN
