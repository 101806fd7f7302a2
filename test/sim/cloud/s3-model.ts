import { createHash } from 'node:crypto';

/** The headers of a conditional write. */
export interface PutCondition {
  /** `*`: there must be no object. */
  IfNoneMatch?: string | undefined;
  /** The object must have this version. */
  IfMatch?: string | undefined;
}

/** Buckets: `bucket/key` → object. As in S3, equal content has the same version. */
export class S3Model {
  readonly objects = new Map<string, { body: string; etag: string }>();
  /** Called after each write. */
  onPut: (path: string, body: string) => void = () => {};

  get(path: string): { body: string; etag: string } | undefined {
    return this.objects.get(path);
  }

  /** Returns the version. */
  put(path: string, body: string): string {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.objects.set(path, { body, etag });
    this.onPut(path, body);
    return etag;
  }

  /** The status with which S3 refuses a conditional write; undefined if it accepts it. */
  refusalOf(path: string, { IfNoneMatch, IfMatch }: PutCondition): 404 | 412 | undefined {
    const found = this.objects.get(path);
    if (IfNoneMatch === '*' && found) return 412;
    if (IfMatch === undefined || found?.etag === IfMatch) return undefined;
    return found ? 412 : 404;
  }

  /** All objects below a path, sorted by path. */
  below(prefix: string): [string, string][] {
    return [...this.objects]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, { body }]) => [path, body]);
  }
}
