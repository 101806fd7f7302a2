import { cpSync, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path in the package of aws-crt's native library for a Lambda function: arm64, Amazon Linux. */
const LAMBDA_BINARY = 'dist/bin/linux-arm64-glibc';

/** The files of aws-crt that Node needs beside one native library; its source, tests and other platforms are 40 MB. */
const CRT_PARTS = ['package.json', 'LICENSE', 'NOTICE', 'dist/index.js', 'dist/common', 'dist/native'];

/** aws-crt's own variable for a native library that is not in its folder. */
const BINARY_VARIABLE = 'AWS_CRT_NODEJS_BINARY_ABSOLUTE_PATH';

function crtFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('aws-crt/package.json'));
}

/** Puts aws-crt's part for Lambda beside a bundle, because a bundle cannot contain a native library. */
export function stageCrt(outdir: string): void {
  const target = join(outdir, 'node_modules/aws-crt');
  for (const part of [...CRT_PARTS, LAMBDA_BINARY]) {
    cpSync(join(crtFolder(), part), join(target, part), {
      recursive: true,
      filter: (path) => statSync(path).isDirectory() || !/\.(?:map|d\.ts)$/.test(path),
    });
  }
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
