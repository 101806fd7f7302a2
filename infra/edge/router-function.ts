import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { KEYS_KEY } from '../../core/wire/session.ts';
import { namePrefix } from '../names.ts';
import { buildCanaries } from './canaries/canaries.ts';
import type { GatedPublish } from './gated-publish.ts';
import { addGatedRouter, atViewerRequest, type PublishProps } from './gated-router.ts';
import { StoreSeed } from './store-seed.ts';

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

/** Props of {@link RouterFunction}. Deployment and code are those of the router; the deployment names the store too. */
export interface RouterFunctionProps extends PublishProps {
  /** The base domain that the router was built for; `''`: the bare distribution domain. */
  baseDomain: string;
  /** Whether viewers sign in. */
  signIn: boolean;
}

/**
 * The KeyValueStore, the CloudFront Function that reads it on every viewer request to an app, and the gate before its
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
    const { baseDomain, signIn, ...published } = props;
    const { deployment, code } = published;
    // Only a router that checks sessions reads this key.
    if (code.includes(KEYS_KEY) !== signIn) throw new RouterSignInError(signIn);
    this.store = new cloudfront.KeyValueStore(this, 'Store', {
      // A fixed name: a generated one changes with the construct's path, and a new name means a new, empty store.
      keyValueStoreName: namePrefix(deployment),
      comment: 'dynamic-edge-proxy: hostname to entry, written by the updater',
      source: new StoreSeed(this, 'Seed').source,
    });
    const added = addGatedRouter(this, {
      ...{ ...published, suffix: 'router', store: this.store },
      comment: 'dynamic-edge-proxy: points each request at the instance behind its hostname',
      canaries: buildCanaries(baseDomain, signIn ? { deployment } : undefined),
    });
    this.function = added.function;
    this.gate = added.gate;
  }

  /** The association by which a behaviour runs the router. */
  get association(): cloudfront.FunctionAssociation {
    return atViewerRequest(this.function);
  }
}
