#!/usr/bin/env bash
# serverless-offline-edge-lambda 1.3.1 (11,000 downloads a month) chooses the functions of a cache behaviour locally. It reads pathPattern otherwise than CloudFront in three ways: a pattern
# needs a slash in front, `?` stands for itself and not for one character, and the default behaviour wins over every pattern that is declared after it. Whichever
# function runs locally, another one may run at the edge. Source: CloudFront Developer Guide, "Cache behavior settings", "Path pattern".
# Our local edge has the patterns of one distribution, and test/infra/edge/behaviours.test.ts compares them with the template.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts serverless-offline-edge-lambda@1.3.1
echo 'exports.handler = async ({ Records }) => Records[0].cf.request;' > edge.js
cat > see.cjs <<'JS'
const { BehaviorRouter } = require('serverless-offline-edge-lambda/dist/behavior-router');
const DEFAULT = '*';
async function chosen(patterns, url) {
  const behaviour = (pathPattern) => ({ distribution: 'Site', eventType: 'viewer-request', ...(pathPattern === DEFAULT ? {} : { pathPattern }) });
  const functions = Object.fromEntries(patterns.map((pattern, i) => [`f${i}`, { name: `f${i}`, handler: 'edge.handler', lambdaAtEdge: behaviour(pattern) }]));
  const service = { functions, provider: {}, custom: { offlineEdgeLambda: {} } };
  const router = new BehaviorRouter({ service, cli: { log: () => {} }, config: { servicePath: process.cwd() } }, {});
  await router.extractBehaviors();
  return router.match({ url }).pattern;
}
const rows = [
  [['/images/*.jpg', DEFAULT], '/images/a.jpg', '/images/*.jpg'],
  [['images/*.jpg', DEFAULT], '/images/a.jpg', 'images/*.jpg'],
  [['/v?/app.js', DEFAULT], '/v2/app.js', '/v?/app.js'],
  [[DEFAULT, '/api/*'], '/api/users', '/api/*'],
];
(async () => {
  for (const [patterns, url, right] of rows) console.log(`${url} of ${patterns.join(', ')}: ${await chosen(patterns, url)} (CloudFront: ${right})`);
})();
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
/images/a.jpg of /images/*.jpg, *: /images/*.jpg (CloudFront: /images/*.jpg)
/images/a.jpg of images/*.jpg, *: * (CloudFront: images/*.jpg)
/v2/app.js of /v?/app.js, *: * (CloudFront: /v?/app.js)
/api/users of *, /api/*: * (CloudFront: /api/*)
SEEN
