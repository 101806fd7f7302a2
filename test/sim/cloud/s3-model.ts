import { createHash } from 'node:crypto';

/** Buckets: `bucket/key` → object. As in S3, equal content has the same version. */
export class S3Model {
  readonly objects = new Map<string, { body: string; etag: string }>();

  get(path: string): { body: string; etag: string } | undefined {
    return this.objects.get(path);
  }

  /** Returns the version. */
  put(path: string, body: string): string {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.objects.set(path, { body, etag });
    return etag;
  }

  /** All objects below a path, sorted by path. */
  below(prefix: string): [string, string][] {
    return [...this.objects]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, { body }]) => [path, body]);
  }
}
