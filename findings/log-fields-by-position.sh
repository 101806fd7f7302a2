#!/usr/bin/env bash
# cloudfront-log-parser 1.2.0 names the values of an access log by their place in the oldest full log, and skips the line `#Fields:` that names them. Standard logging (v2) writes the fields that were
# chosen, in the chosen order. Of such a log the path becomes the bytes and the status becomes the viewer's address, without a warning, and the first values have the right names.
# Source: CloudFront Developer Guide, "Configure standard logging (v2)", and the W3C's extended log file format, "Fields" directive.
# Our logs are JSON, which names each value (infra/traffic/access-logs.ts).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts cloudfront-log-parser@1.2.0
cat > see.cjs <<'JS'
const { parse } = require('cloudfront-log-parser');
const request = { date: '2026-11-30', time: '10:00:00', 'cs-method': 'GET', 'cs-uri-stem': '/cart', 'sc-status': '503', 'sc-bytes': '512' };
const logOf = (fields) => `#Version: 1.0\n#Fields: ${fields.join(' ')}\n${fields.map((field) => request[field]).join('\t')}\n`;
const [read] = parse(logOf(Object.keys(request)), { format: 'web' });
for (const [field, value] of Object.entries(read)) console.log(`${field}: ${value}${request[field] === value ? '' : ` (written: ${request[field] ?? 'nothing'})`}`);
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
date: 2026-11-30
time: 10:00:00
x-edge-location: GET (written: nothing)
sc-bytes: /cart (written: 512)
c-ip: 503 (written: nothing)
cs-method: 512 (written: GET)
SEEN
