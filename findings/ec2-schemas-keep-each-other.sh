#!/usr/bin/env bash
# esbuild 0.28.2 drops the unused commands of @aws-sdk/client-ec2 3.1169.0, and keeps the schemas of all its operations: their keys are computed
# (`{ [_xN]: ... }`), which esbuild takes for an effect. A bundle with one command has a megabyte of schemas that nothing reads. With plain keys the rest is
# dropped (build/sdk/lean-sdk.ts).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-ec2@3.1169.0 esbuild@0.28.2
echo "import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'; console.log(DescribeInstancesCommand.name);" > one.mjs
npx esbuild one.mjs --bundle --platform=node --format=esm --main-fields=module,main --tree-shaking=true --metafile=meta.json --outfile=out.mjs --log-level=error
node -e '
const { outputs } = JSON.parse(require("node:fs").readFileSync("meta.json", "utf8"));
const inputs = Object.entries(outputs["out.mjs"].inputs);
const bytes = (part) => inputs.filter(([name]) => name.includes(part)).reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
console.log("schemas over 500 kB:", bytes("client-ec2/dist-es/schemas") > 500_000, "other commands:", inputs.filter(([name, { bytesInOutput }]) => name.includes("/commands/") && bytesInOutput > 0).length - 1);
' | tee seen
[ "$(cat seen)" = 'schemas over 500 kB: true other commands: 0' ] || { echo 'the bundle is another now'; exit 1; }
