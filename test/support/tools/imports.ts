import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

/** Static imports, re-exports and imports for side effects begin a line, because Biome formats them so. */
const STATEMENT = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** The imports of a source text as written, type imports included. */
export function importsIn(source: string): string[] {
  return [STATEMENT, DYNAMIC].flatMap((pattern) =>
    [...source.matchAll(pattern)].map(([, specifier = '']) => specifier),
  );
}

/** A source file with its imports: packages by name, other files by their path from the root. */
export interface SourceFile {
  path: string;
  imports: readonly string[];
}

/** Every script below the given folders. */
export function sourceFiles(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:tsx?|mjs|js)$/.test(file))
      .map((file) => sourceFile(`${folder}/${file}`)),
  );
}

function sourceFile(path: string): SourceFile {
  const source = readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8');
  const imports = importsIn(source).map((specifier) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
  );
  return { path, imports };
}
