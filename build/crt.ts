import { cpSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The part of aws-crt that a bundle cannot contain: its native library for a Lambda function on arm64 and Amazon Linux, where
 * build/sdk/aws-crt-binding.cjs looks for it, with version and licence.
 */
const CRT_PARTS = ['package.json', 'LICENSE', 'NOTICE', 'dist/bin/linux-arm64-glibc/aws-crt-nodejs.node'];

/** aws-crt's own variable for a native library that is not in its folder. */
const BINARY_VARIABLE = 'AWS_CRT_NODEJS_BINARY_ABSOLUTE_PATH';

function crtFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('aws-crt/package.json'));
}

/** Puts aws-crt's library for Lambda beside a bundle. */
export function stageCrt(outdir: string): void {
  const target = join(outdir, 'node_modules/aws-crt');
  for (const part of CRT_PARTS) cpSync(join(crtFolder(), part), join(target, part));
}

/** Thrown if aws-crt has no native library for this machine. */
export class NoNativeLibraryError extends Error {
  override name = 'NoNativeLibraryError';

  constructor(folder: string) {
    super(
      `aws-crt has no native library in ${folder}; it supports Linux, macOS and Windows on x64 and macOS and Linux on arm64`,
    );
  }
}

function cRuntime(): string {
  if (process.platform !== 'linux') return 'cruntime';
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/**
 * The variable that lets the deployed bundle run on this machine, unchanged: it points aws-crt to the native library
 * that npm installed for this platform.
 *
 * @throws NoNativeLibraryError
 */
export function hostCrtBinary(): Record<string, string> {
  const folder = join(crtFolder(), `dist/bin/${process.platform}-${process.arch}-${cRuntime()}`);
  const path = join(folder, 'aws-crt-nodejs.node');
  if (!existsSync(path)) throw new NoNativeLibraryError(folder);
  return { [BINARY_VARIABLE]: path };
}
