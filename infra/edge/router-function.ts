import { RemovalPolicy } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LIMITS } from '../../core/wire/limits.ts';
import { KEYS_KEY } from '../../core/wire/session.ts';
import { namePrefix } from '../names.ts';
import { buildCanaries } from './canaries/canaries.ts';
import { GatedPublish } from './gated-publish.ts';
import { StoreSeed } from './store-seed.ts';

/** The built router is larger than CloudFront allows. */
export class RouterTooLargeError extends Error {
  override name = 'RouterTooLargeError';

  constructor(bytes: number) {
    super(
      `the built router has ${bytes} bytes, but CloudFront allows ${LIMITS.functionBytes} and would refuse it in the middle of a deployment; make edge/router/ smaller, or choose a shorter base domain or deployment id, which are part of it`,
    );
  }
}

/** The router was built with sign-in for a deployment without it, or the other way round. */
export class RouterSignInError extends Error {
  override name = 'RouterSignInError';

  constructor(signIn: boolean) {
    super(
      signIn
        ? 'the built router does not check sessions, so every viewer could open every app; build it with sign-in (buildEdge in build/edge.ts), or leave the settings of sign-in out'
        : 'the built router checks sessions, but the deployment has no sign-in, so no viewer could open an app; build it without sign-in, or give the settings of sign-in',
    );
  }
}

/** Props of {@link RouterFunction}. */
export interface RouterFunctionProps {
  /** Names function and store. */
  deployment: string;
  /** The built router. CloudFront takes it inline only. */
  code: string;
  /** The base domain that the router was built for; `''`: the bare distribution domain. */
  baseDomain: string;
  /** Whether viewers sign in. */
  signIn: boolean;
  /** Percent of the allowed time that a canary may take. */
  utilizationLimit: number;
  /** Built infra/publisher/. */
  publisher: lambda.Code;
  logRetention: logs.RetentionDays;
}

/**
 * The KeyValueStore, the CloudFront Function that reads it on every viewer request, and the gate before its
 * publication. Constructs that need the published function depend on this one.
 */
export class RouterFunction extends Construct {
  readonly store: cloudfront.KeyValueStore;
  readonly function: cloudfront.Function;
  /** Publishes the router once it has passed its canaries. */
  readonly gate: GatedPublish;

  /** @throws RouterTooLargeError, RouterSignInError */
  constructor(scope: Construct, id: string, props: RouterFunctionProps) {
    super(scope, id);
    const { deployment, code, baseDomain, utilizationLimit, publisher, logRetention } = props;
    const bytes = Buffer.byteLength(code);
    if (bytes > LIMITS.functionBytes) throw new RouterTooLargeError(bytes);
    // Only a router that checks sessions reads this key.
    if (code.includes(KEYS_KEY) !== props.signIn) throw new RouterSignInError(props.signIn);
    this.store = new cloudfront.KeyValueStore(this, 'Store', {
      // A fixed name: a generated one changes with the construct's path, and a new name means a new, empty store.
      keyValueStoreName: namePrefix(deployment),
      comment: 'dynamic-edge-proxy: hostname to entry, written by the updater',
      source: new StoreSeed(this, 'Seed').source,
    });
    this.function = new cloudfront.Function(this, 'Function', {
      functionName: `${namePrefix(deployment)}-router`,
      code: cloudfront.FunctionCode.fromInline(code),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      keyValueStore: this.store,
      autoPublish: false,
      comment: 'dynamic-edge-proxy: points each request at the instance behind its hostname',
    });
    // Otherwise CloudFront creates it with the router's first log line (it logs its own faults only) and keeps it forever.
    const log = new logs.LogGroup(this, 'Log', {
      logGroupName: `/aws/cloudfront/function/${this.function.functionName}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The ARN alone would not make CloudFormation wait until the store is provisioned, and CloudFront would refuse the function.
    this.function.node.addDependency(log, this.store);
    this.gate = new GatedPublish(this, 'Gate', {
      ...{ function: this.function, store: this.store },
      ...{ code, utilizationLimit, publisher, logRetention },
      canaries: buildCanaries(baseDomain, props.signIn ? { deployment } : undefined),
    });
  }

  /** The association by which a behaviour runs the router. */
  get association(): cloudfront.FunctionAssociation {
    return { function: this.function, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST };
  }
}
