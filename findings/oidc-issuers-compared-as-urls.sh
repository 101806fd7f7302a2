#!/usr/bin/env bash
# oauth4webapi 3.8.8 compares the issuer of the discovery document with `new URL(issuer).href`. So "https://id.example.com" and "https://id.example.com/" are one
# issuer, while OpenID Connect Discovery 1.0, §4.3, asks for an exact match of the texts. A slash after a path still counts. The doctor compares in the same way
# (cli/doctor/checks/sign-in/provider.ts): it neither reports a harmless slash nor misses the one that stops every sign-in.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts oauth4webapi@3.8.8
cat > seen.mjs <<'JS'
import { processDiscoveryResponse } from 'oauth4webapi';
const accepts = async (expected, found) => {
  const document = JSON.stringify({ issuer: found });
  const response = new Response(document, { headers: { 'content-type': 'application/json' } });
  return processDiscoveryResponse(new URL(expected), response).then(() => 'accepted', ({ message }) => `refused: ${message}`);
};
console.log('bare host, slash missing:', await accepts('https://id.example.com/', 'https://id.example.com'));
console.log('path, slash missing:', await accepts('https://id.example.com/a/', 'https://id.example.com/a'));
JS
node seen.mjs | tee seen
grep -q '^bare host, slash missing: accepted$' seen || { echo 'a bare host is compared otherwise now'; exit 1; }
grep -q '^path, slash missing: refused' seen || { echo 'a path is compared otherwise now'; exit 1; }
