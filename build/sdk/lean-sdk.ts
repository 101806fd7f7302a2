import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** Modules that a Lambda function gets in place of others, which load more than it uses. Each says why. */
const REPLACEMENTS = [
  { import: /^(?:node:)?http$/, by: 'http.cjs' },
  { import: /^@aws-sdk\/credential-provider-node$/, by: 'credential-provider-node.ts' },
  { import: /^@aws-sdk\/client-sqs$/, by: 'client-sqs.mjs' },
  { import: /^aws-crt$/, by: 'aws-crt.ts' },
  { import: /^\.\/binding$/, in: /[\\/]aws-crt[\\/]dist[\\/]native[\\/]/, by: 'aws-crt-binding.cjs' },
].map(({ by, ...rest }) => ({ ...rest, by: fileURLToPath(new URL(by, import.meta.url)) }));

/** The SDK's tables of operations and of the shapes of their requests and answers. */
const SCHEMAS = /[\\/]node_modules[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/;

/** Leaves out the parts of the AWS SDK that a Lambda function never uses. */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup({ onResolve, onLoad }) {
    for (const { import: filter, in: importers, by } of REPLACEMENTS) {
      onResolve({ filter }, ({ importer }) => {
        const isReplaced = importer !== by && (importers?.test(importer) ?? true);
        return isReplaced ? { path: by } : undefined;
      });
    }
    onLoad({ filter: SCHEMAS }, ({ path }) => ({
      contents: withPlainKeys(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/**
 * The same schemas, with `{ "xmlName": … }` in place of `{ [_xN]: … }` where the file has `const _xN = "xmlName";`. esbuild keeps
 * a computed key because it could have a side effect, and with it the schemas of all operations. Those with plain keys
 * it drops unless something refers to them.
 */
function withPlainKeys(code: string): string {
  const texts = new Map<string, string>();
  for (const [, name = '', text = ''] of code.matchAll(/^const (\w+) = ("[^"\\\n]*");$/gm))
    texts.set(name, text);
  return code.replace(/\[(_\w+)\](?=: )/g, (key, name) => texts.get(name) ?? key);
}
