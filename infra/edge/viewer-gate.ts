import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { AddressRange } from '../settings/address-range.ts';
import type { AdmittedViewers } from '../settings/rules.ts';

/**
 * A web ACL that admits the given viewers only. CloudFront takes web ACLs from us-east-1 only. It has the same identity for every
 * choice of viewers, because a distribution with a plan can neither lose its web ACL nor get another one.
 */
export class ViewerGate extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, viewers: AdmittedViewers) {
    super(scope, id);
    const isOpen = viewers === 'everyone';
    const ranges = isOpen ? [] : viewers;
    const families = (['IPV4', 'IPV6'] as const)
      .map((family) => ({ family, cidrs: ranges.filter((range) => range.family === family) }))
      .filter(({ cidrs }) => cidrs.length > 0);
    const acl = new wafv2.CfnWebACL(this, 'WebAcl', {
      scope: 'CLOUDFRONT',
      description: `dynamic-edge-proxy: admits ${isOpen ? 'everyone, since a plan needs a web ACL' : 'allowedCidrs only'}`,
      defaultAction: isOpen ? { allow: {} } : { block: {} },
      rules: families.map(({ family, cidrs }, priority) => this.allow(family, cidrs, priority)),
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
