import { RemovalPolicy } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { LIMITS } from '../../core/wire/limits.ts';
import { namePrefix } from '../names.ts';
import type { Canaries } from './canaries/canaries.ts';
import { GatedPublish } from './gated-publish.ts';

/** A built router is larger than CloudFront allows. */
export class RouterTooLargeError extends Error {
  override name = 'RouterTooLargeError';

  constructor(bytes: number) {
    super(
      `the built router has ${bytes} bytes, but CloudFront allows ${LIMITS.functionBytes} and would refuse it in the middle of a deployment; make edge/router/ smaller, or choose a shorter base domain or deployment id, which are part of it`,
    );
  }
}

/** How a function is published. */
export interface PublishProps {
  /** Names the function. */
  deployment: string;
  /** The built function. CloudFront takes it inline only. */
  code: string;
  /** Percent of the allowed time that a canary may take. */
  utilizationLimit: number;
  /** Built infra/publisher/. */
  publisher: lambda.Code;
  logRetention: logs.RetentionDays;
}

/** Props of {@link addGatedRouter}. */
export interface GatedRouterProps extends PublishProps {
  /** The end of the function's name. */
  suffix: string;
  comment: string;
  store: cloudfront.KeyValueStore;
  canaries: Canaries;
}

/** A function at viewer request, and the gate that publishes it. */
export interface GatedRouter {
  function: cloudfront.Function;
  /** Publishes the router once it has passed its canaries. */
  gate: GatedPublish;
}

/**
 * Adds a function that reads the store, its log group and its gate.
 *
 * @throws RouterTooLargeError
 */
export function addGatedRouter(scope: Construct, props: GatedRouterProps): GatedRouter {
  const { deployment, suffix, code, comment, store, canaries } = props;
  const { utilizationLimit, publisher, logRetention } = props;
  const bytes = Buffer.byteLength(code);
  if (bytes > LIMITS.functionBytes) throw new RouterTooLargeError(bytes);
  const made = new cloudfront.Function(scope, 'Function', {
    functionName: `${namePrefix(deployment)}-${suffix}`,
    code: cloudfront.FunctionCode.fromInline(code),
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    keyValueStore: store,
    autoPublish: false,
    comment,
  });
  // Otherwise CloudFront creates it with the router's first log line (it logs its own faults only) and keeps it forever.
  const log = new logs.LogGroup(scope, 'Log', {
    logGroupName: `/aws/cloudfront/function/${made.functionName}`,
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // The ARN alone would not make CloudFormation wait until the store is provisioned, and CloudFront would refuse the function.
  made.node.addDependency(log, store);
  const gate = new GatedPublish(scope, 'Gate', {
    ...{ function: made, store, code, utilizationLimit, publisher, logRetention },
    canaries,
  });
  return { function: made, gate };
}

/** The association by which a behaviour runs a router. */
export function atViewerRequest(router: cloudfront.Function): cloudfront.FunctionAssociation {
  return { function: router, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST };
}
