import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The caller of one call, as CloudTrail reports it. */
export interface Caller {
  requestId: string;
  accessKeyId: string;
  sourceAddress: string;
  userAgent: string;
  /** True to check the call without any change. */
  dryRun: boolean;
}

/** A caller inside this process. */
export function inProcess(): Caller {
  return {
    requestId: randomUUID(),
    accessKeyId: 'local',
    sourceAddress: '127.0.0.1',
    userAgent: 'dynamic-edge-proxy',
    dryRun: false,
  };
}

/** `AWS4-HMAC-SHA256 Credential=<key id>/<date>/<region>/<service>/aws4_request, …` (SigV4). */
const CREDENTIAL = /^AWS4-HMAC-SHA256 Credential=([\w-]+)\/\d{8}\/[a-z0-9-]+\/([a-z0-9-]+)\/aws4_request\b/;

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * The access key id of a request that is signed for `service`, or `undefined` for a request to refuse. RunInstances runs scripts, so
 * web pages must not call it: CORS keeps them from adding a signature, and a page that rebinds its name to 127.0.0.1 sends that name
 * as the host.
 */
export function parseSigner(
  request: IncomingMessage,
  service: 'ec2' | 's3' | 'secretsmanager' | 'sqs',
): string | undefined {
  if (!LOOPBACK_HOST.test(request.headers.host ?? '')) return undefined;
  const [, accessKeyId, scope] = CREDENTIAL.exec(request.headers.authorization ?? '') ?? [];
  return scope === service ? accessKeyId : undefined;
}
