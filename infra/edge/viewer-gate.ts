import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { SITE_FOLDER } from '../../core/journal/site-documents.ts';
import type { AddressRange } from '../settings/address-range.ts';
import type { AdmittedViewers } from '../settings/rules.ts';

/**
 * At most 600 requests a minute and address to the endpoints of sign-in: ten tabs that wait, in their first minute. Each costs an
 * invocation, and guessing needs many. The function runs for the raw path only, so the raw path is compared.
 */
const SIGN_IN_RATE: wafv2.CfnWebACL.RuleProperty = {
  name: 'sign-in-rate',
  priority: 0,
  action: { block: { customResponse: { responseCode: 429 } } },
  statement: {
    rateBasedStatement: {
      limit: 600,
      evaluationWindowSec: 60,
      aggregateKeyType: 'IP',
      scopeDownStatement: {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: 'STARTS_WITH',
          searchString: `/${SITE_FOLDER}/api/`,
          textTransformations: [{ priority: 0, type: 'NONE' }],
        },
      },
    },
  },
  visibilityConfig: {
    metricName: 'sign-in-rate',
    cloudWatchMetricsEnabled: true,
    // Samples hold headers, cookies included.
    sampledRequestsEnabled: false,
  },
};

/**
 * A web ACL that admits the given viewers only. CloudFront takes web ACLs from us-east-1 only. It has the same identity for every
 * choice of viewers, because a distribution with a plan can neither lose its web ACL nor get another one.
 */
export class ViewerGate extends Construct {
  readonly webAclArn: string;

  /** @param signIn Limits how often one address may use the endpoints of sign-in. */
  constructor(scope: Construct, id: string, viewers: AdmittedViewers, signIn = false) {
    super(scope, id);
    const isOpen = viewers === 'everyone';
    const ranges = isOpen ? [] : viewers;
    const families = (['IPV4', 'IPV6'] as const)
      .map((family) => ({ family, cidrs: ranges.filter((range) => range.family === family) }))
      .filter(({ cidrs }) => cidrs.length > 0);
    const everyone = signIn ? 'everyone, who must sign in' : 'everyone, since a plan needs a web ACL';
    const limits = signIn ? [SIGN_IN_RATE] : [];
    const acl = new wafv2.CfnWebACL(this, 'WebAcl', {
      scope: 'CLOUDFRONT',
      description: `dynamic-edge-proxy: admits ${isOpen ? everyone : 'allowedCidrs only'}`,
      defaultAction: isOpen ? { allow: {} } : { block: {} },
      rules: [
        // A rule that allows ends the evaluation.
        ...limits,
        ...families.map(({ family, cidrs }, index) => this.allow(family, cidrs, limits.length + index)),
      ],
      // Samples of blocked requests show a viewer why they are not admitted. Those of admitted ones would hold headers and cookies.
      visibilityConfig: {
        metricName: isOpen ? 'allowed' : 'blocked',
        cloudWatchMetricsEnabled: true,
        sampledRequestsEnabled: !isOpen,
      },
    });
    this.webAclArn = acl.attrArn;
  }

  private allow(
    family: AddressRange['family'],
    ranges: readonly AddressRange[],
    priority: number,
  ): wafv2.CfnWebACL.RuleProperty {
    const set = new wafv2.CfnIPSet(this, family, {
      scope: 'CLOUDFRONT',
      ipAddressVersion: family,
      addresses: ranges.map((range) => range.cidr),
    });
    return {
      name: `allow-${family}`,
      priority,
      action: { allow: {} },
      statement: { ipSetReferenceStatement: { arn: set.attrArn } },
      // No samples of admitted viewers: samples hold headers, cookies included.
      visibilityConfig: {
        metricName: `allowed-${family}`,
        cloudWatchMetricsEnabled: true,
        sampledRequestsEnabled: false,
      },
    };
  }
}
