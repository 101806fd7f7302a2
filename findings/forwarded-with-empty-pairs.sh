#!/usr/bin/env bash
# forwarded-parse 2.2.0 (46 million downloads a month, part of OpenTelemetry's http instrumentation) reads RFC 7239's Forwarded header and refuses two forms that the grammar allows: an empty
# pair (`for=a;;proto=https`, section 4: `[ forwarded-pair ]`) and an empty list element (RFC 9110 section 5.6.1.2). A parameter that is given twice, which
# section 4 forbids, is read, and the last one wins. An unquoted port is refused, as it must be: our router quotes it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts forwarded-parse@2.2.0
cat > see.cjs <<'JS'
const parse = require('forwarded-parse');
const read = (text) => {
  try {
    return JSON.stringify(parse(text));
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
for (const text of ['for=192.0.2.1;;proto=https', 'for=192.0.2.1, ', 'for=192.0.2.1;for=192.0.2.2', 'host="shop.localhost:8080";proto=http'])
  console.log(`${text} -> ${read(text)}`);
JS
node see.cjs | tee seen
diff - seen <<'SEEN'
for=192.0.2.1;;proto=https -> ParseError: Unexpected character ';' at index 14
for=192.0.2.1,  -> ParseError: Unexpected end of input
for=192.0.2.1;for=192.0.2.2 -> [{"for":"192.0.2.2"}]
host="shop.localhost:8080";proto=http -> [{"host":"shop.localhost:8080","proto":"http"}]
SEEN
