import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { KEYS_KEY } from '../../core/wire/session.ts';
import { buildSiteCanaries } from './canaries/site-canaries.ts';
import type { GatedPublish } from './gated-publish.ts';
import { addGatedRouter, atViewerRequest, type PublishProps } from './gated-router.ts';

/** The site router is missing, or does not check sessions. */
export class SiteRouterError extends Error {
  override name = 'SiteRouterError';

  constructor(code: string | undefined) {
    super(
      code === undefined
        ? 'a deployment with sign-in has a router for our own pages, and the parts have none; build it (buildSiteRouter in build/edge.ts), or leave the settings of sign-in out'
        : 'the built router for our own pages does not check sessions, so every viewer could see the list of apps; build it with buildSiteRouter in build/edge.ts',
    );
  }
}

/** Props of {@link SiteRouterFunction}. */
export interface SiteRouterFunctionProps extends Omit<PublishProps, 'code'> {
  /** The built site router. */
  code: string | undefined;
  baseDomain: string;
  /** It has the keys of sessions. */
  store: cloudfront.KeyValueStore;
}

/**
 * The CloudFront Function of the behaviours below `/_proxy/` in a deployment with sign-in, and the gate before its publication. The
 * router of apps has no room for them.
 */
export class SiteRouterFunction extends Construct {
  readonly function: cloudfront.Function;
  /** Publishes the router once it has passed its canaries. */
  readonly gate: GatedPublish;

  /** @throws RouterTooLargeError, SiteRouterError */
  constructor(scope: Construct, id: string, { code, baseDomain, ...props }: SiteRouterFunctionProps) {
    super(scope, id);
    if (!code?.includes(KEYS_KEY)) throw new SiteRouterError(code);
    const added = addGatedRouter(this, {
      ...{ ...props, code, suffix: 'site-router' },
      comment: 'dynamic-edge-proxy: admits viewers to our own pages and to the endpoints of sign-in',
      canaries: buildSiteCanaries(baseDomain),
    });
    this.function = added.function;
    this.gate = added.gate;
  }

  /** The association by which a behaviour runs the router. */
  get association(): cloudfront.FunctionAssociation {
    return atViewerRequest(this.function);
  }
}
