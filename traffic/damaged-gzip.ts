/** zlib's codes, such as Z_DATA_ERROR. Any other error may pass. */
export function isDamagedGzip(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
