/** An error response of S3 (API reference, "Error responses"). */
export class S3Error extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'S3Error';
    this.status = status;
    this.code = code;
  }
}

/** The error for an unsupported part of S3. Ignoring the request would look like success. */
export function notImplemented(what: string): S3Error {
  return new S3Error(501, 'NotImplemented', `This local S3 does not implement ${what}.`);
}
