#!/usr/bin/env bash
# esbuild 0.28.2 does not shake a module that is only loaded late: `const { A } = await import('package')` keeps every export of the package, though one
# is taken. With @aws-sdk/client-sqs 3.1169.0 the late chunk has all 23 operations, and a small module of one's own between, which imports the class by name and is
# itself loaded late, has one (updater/adapters/sqs.ts).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-sqs@3.1169.0 esbuild@0.28.2
echo "const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs'); console.log(ChangeMessageVisibilityCommand.name);" > late.mjs
echo "export { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';" > between.mjs
echo "const { ChangeMessageVisibilityCommand } = await import('./between.mjs'); console.log(ChangeMessageVisibilityCommand.name);" > through.mjs
for name in late through; do
  npx esbuild $name.mjs --bundle --splitting --platform=node --format=esm --main-fields=module,main --metafile=$name.json --outdir=out-$name --log-level=error
  node -e '
const { outputs } = JSON.parse(require("node:fs").readFileSync(process.argv[1] + ".json", "utf8"));
const kept = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)).filter(([name, { bytesInOutput }]) => /dist-es\/commands\/\w+Command\.js$/.test(name) && bytesInOutput > 0);
console.log(process.argv[1] + ": operations kept", kept.length);' $name
done | tee seen
diff seen - <<'END' || { echo 'the bundle is another now'; exit 1; }
late: operations kept 23
through: operations kept 1
END
