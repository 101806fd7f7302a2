import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { siteHeaders } from '../../core/settings/site-headers.ts';
import type { CanaryCase } from '../custom-resources/publisher/canary-case.ts';
import { namePrefix } from '../names.ts';
import type { Canaries } from './canaries/canaries.ts';
import { GatedPublish } from './gated-publish.ts';

/** The function was built for another page. */
export class ScriptHashError extends Error {
  override name = 'ScriptHashError';

  constructor(hash: string) {
    super(
      `the built function for the headers of our own pages does not allow the script ${hash} of the page for unreachable instances, so browsers would not run it; build the function for this page (buildHeaders in build/edge.ts), or pass the directory with the page that it was built for`,
    );
  }
}

/** Props of {@link HeadersFunction}. */
export interface HeadersFunctionProps {
  /** Names the function. */
  deployment: string;
  /** The built function. */
  code: string;
  /** Hash of the script on the page for unreachable instances: `sha256-…`. */
  scriptHash: string;
  /** Percent of the allowed time that a canary may take. */
  utilizationLimit: number;
  /** Built infra/publisher/. */
  publisher: lambda.Code;
  logRetention: logs.RetentionDays;
}

/**
 * The CloudFront Function that sets the headers of our own pages, and the gate before its publication. A response headers policy
 * could set them too, but some plans of CloudFront refuse one. Constructs that need the published function depend on this one.
 */
export class HeadersFunction extends Construct {
  /** The association by which a behaviour runs the function. */
  readonly association: cloudfront.FunctionAssociation;

  /** @throws ScriptHashError */
  constructor(scope: Construct, id: string, props: HeadersFunctionProps) {
    super(scope, id);
    const { deployment, code, scriptHash, ...gate } = props;
    if (!code.includes(scriptHash)) throw new ScriptHashError(scriptHash);
    const made = new cloudfront.Function(this, 'Function', {
      functionName: `${namePrefix(deployment)}-headers`,
      code: cloudfront.FunctionCode.fromInline(code),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      autoPublish: false,
      comment: 'dynamic-edge-proxy: sets the security headers of our own pages',
    });
    new GatedPublish(this, 'Gate', {
      ...{ function: made, code, ...gate },
      canaries: buildHeadersCanaries(scriptHash),
    });
    this.association = { function: made, eventType: cloudfront.FunctionEventType.VIEWER_RESPONSE };
  }
}

/** Answers of S3 and of the router, and the headers that the function must send for them. */
export function buildHeadersCanaries(scriptHash: string): Canaries {
  const html = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' };
  const forged = { 'content-security-policy': "default-src 'unsafe-inline'", 'x-frame-options': 'ALLOW' };
  const notice = { 'x-proxy-state': 'unknown', 'content-security-policy': "default-src 'none'" };
  const one = (name: string, status: number, headers: Readonly<Record<string, string>>): CanaryCase => ({
    name,
    event: buildEvent(status, headers),
    expected: { status, headers: { ...headers, ...siteHeaders(scriptHash) } },
  });
  return {
    store: {},
    cases: [
      one('a page', 200, html),
      one('a page with headers of its own', 200, { ...html, ...forged }),
      one('a page that the browser has', 304, { etag: '"canary"' }),
      one('the list of apps', 200, { 'content-type': 'application/json' }),
      {
        name: 'an answer of the router',
        event: buildEvent(404, notice),
        expected: { status: 404, headers: { ...notice, 'x-frame-options': null } },
      },
    ],
  };
}

function buildEvent(statusCode: number, headers: Readonly<Record<string, string>>): CanaryCase['event'] {
  const fields = Object.entries(headers).map(([name, value]) => [name, { value }]);
  return {
    version: '1.0',
    context: { eventType: 'viewer-response', requestId: 'canary' },
    viewer: { ip: '192.0.2.1' },
    request: {
      method: 'GET',
      uri: '/_proxy/index.html',
      querystring: {},
      headers: { host: { value: 'canary.invalid' } },
      cookies: {},
    },
    response: {
      statusCode,
      statusDescription: statusCode === 304 ? 'Not Modified' : 'OK',
      headers: Object.fromEntries(fields),
      cookies: {},
    },
  };
}
