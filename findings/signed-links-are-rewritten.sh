#!/usr/bin/env bash
# @aws-sdk/cloudfront-signer 3.1166.0 percent-encodes a URL before it signs a link (`?at=10:30` becomes `?at=10%3A30`), and does not when it makes signed cookies for the
# same URL. With a policy of one's own the link is rewritten and the policy is not, so the link asks for another URL than its policy names. aws-cloudfront-sign 3.0.2 (260,000
# downloads a month) always makes such a pair. CloudFront answers 403 to it (aws-sdk-js-v3 issue 8033, about paths). A plain path and `name=value` pass unchanged, so a test with a
# simple URL finds nothing. Write the URL percent-encoded, each parameter with an equals sign, before you sign it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-sdk/cloudfront-signer@3.1166.0 aws-cloudfront-sign@3.0.2
cat > see.cjs <<'JS'
const { createVerify, generateKeyPairSync } = require('node:crypto');
const signer = require('@aws-sdk/cloudfront-signer');
const older = require('aws-cloudfront-sign');
const pem = { type: 'pkcs1', format: 'pem' };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: pem, publicKeyEncoding: pem });
const expires = 1_800_000_000;
const policyOf = (url) => JSON.stringify({ Statement: [{ Resource: url, Condition: { DateLessThan: { 'AWS:EpochTime': expires } } }] });
const bytesOf = (text) => Buffer.from(decodeURIComponent(text).replace(/-/g, '+').replace(/_/g, '=').replace(/~/g, '/'), 'base64');
const OURS = /^(?:Expires|Policy|Signature|Key-Pair-Id)=/;
function linkOf(link) {
  const [base, query] = [link.slice(0, link.indexOf('?')), link.slice(link.indexOf('?') + 1).split('&')];
  const asked = query.filter((pair) => !OURS.test(pair)).join('&');
  const own = Object.fromEntries(query.filter((pair) => OURS.test(pair)).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  return { asked: asked ? `${base}?${asked}` : base, ...own };
}
function show(name, asked, signature, policy) {
  const isSigned = createVerify('RSA-SHA1').update(policy).verify(publicKey, bytesOf(signature));
  const { Resource } = JSON.parse(policy).Statement[0];
  console.log(`  ${name}: signature ${isSigned ? 'right' : 'wrong'}, asks ${asked}, signed ${Resource}${asked === Resource ? '' : ' (another URL)'}`);
}
function showLink(name, link) {
  const { asked, Signature, Policy } = linkOf(link);
  show(name, asked, Signature, Policy ? bytesOf(Policy).toString() : policyOf(asked));
}
const shared = { keyPairId: 'K1', privateKey };
for (const url of ['https://a.example/v?x=1', 'https://a.example/v?at=10:30', 'https://a.example/v?download']) {
  console.log(url);
  showLink('link', signer.getSignedUrl({ url, ...shared, dateLessThan: expires * 1000 }));
  showLink('link with a policy', signer.getSignedUrl({ url, ...shared, policy: policyOf(url) }));
  const cookies = signer.getSignedCookies({ url, ...shared, dateLessThan: expires * 1000 });
  show('cookies', url, cookies['CloudFront-Signature'], policyOf(url));
  showLink('aws-cloudfront-sign', older.getSignedUrl(url, { keypairId: 'K1', expireTime: expires * 1000, privateKeyString: privateKey }));
}
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
https://a.example/v?x=1
  link: signature right, asks https://a.example/v?x=1, signed https://a.example/v?x=1
  link with a policy: signature right, asks https://a.example/v?x=1, signed https://a.example/v?x=1
  cookies: signature right, asks https://a.example/v?x=1, signed https://a.example/v?x=1
  aws-cloudfront-sign: signature right, asks https://a.example/v?x=1, signed https://a.example/v?x=1
https://a.example/v?at=10:30
  link: signature right, asks https://a.example/v?at=10%3A30, signed https://a.example/v?at=10%3A30
  link with a policy: signature right, asks https://a.example/v?at=10%3A30, signed https://a.example/v?at=10:30 (another URL)
  cookies: signature right, asks https://a.example/v?at=10:30, signed https://a.example/v?at=10:30
  aws-cloudfront-sign: signature right, asks https://a.example/v?at=10%3A30, signed https://a.example/v?at=10:30 (another URL)
https://a.example/v?download
  link: signature right, asks https://a.example/v?download=, signed https://a.example/v?download=
  link with a policy: signature right, asks https://a.example/v?download=, signed https://a.example/v?download (another URL)
  cookies: signature right, asks https://a.example/v?download, signed https://a.example/v?download
  aws-cloudfront-sign: signature right, asks https://a.example/v?download=, signed https://a.example/v?download (another URL)
SEEN
