#!/usr/bin/env bash
# @vendia/serverless-express 4.12.6 and @codegenie/serverless-express 4.17.1 turn a Lambda@Edge event into a request for Express. Each joins all values of a header with a comma,
# Cookie too. A Cookie header is parted by "; " (RFC 6265 section 4.2.1, RFC 9113 section 8.2.3), so two Cookie values of an event reach the app as one cookie whose value
# holds the other. Repeated response headers stay apart.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @vendia/serverless-express@4.12.6 @codegenie/serverless-express@4.17.1 express@5.1.0 cookie@1.0.2
cat > see.cjs <<'JS'
const { parse } = require('cookie');
const express = require('express');
const header = (key, ...values) => ({ [key]: values.map((value) => ({ key, value })) });
const config = { distributionDomainName: 'd1.cloudfront.net', distributionId: 'E1', eventType: 'origin-request', requestId: 'r1' };
const request = {
  ...{ clientIp: '203.0.113.9', method: 'GET', uri: '/', querystring: '' },
  headers: { ...header('host', 'shop.example'), ...header('cookie', 'theme=dark', 'session=42') },
};
const app = express();
app.get('/', (asked, answer) => {
  answer.append('Set-Cookie', 'a=1');
  answer.append('Set-Cookie', 'b=2');
  answer.json(parse(asked.headers.cookie));
});
(async () => {
  for (const name of ['@vendia/serverless-express', '@codegenie/serverless-express']) {
    const adapter = require(name);
    const handler = (adapter.configure ?? adapter.default)({ app });
    const { body, headers } = await handler({ Records: [{ cf: { config, request } }] }, {});
    console.log(`${name}: the app sees ${body}, ${headers['set-cookie'].length} cookies are set`);
  }
})();
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
@vendia/serverless-express: the app sees {"theme":"dark,session=42"}, 2 cookies are set
@codegenie/serverless-express: the app sees {"theme":"dark,session=42"}, 2 cookies are set
SEEN
