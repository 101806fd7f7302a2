import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { HostedZone } from '../settings/rules.ts';

/** Props of {@link DomainRecords}. */
export interface DomainRecordsProps {
  zone: HostedZone;
  baseDomain: string;
  distribution: cloudfront.IDistribution;
  /** Whether the distribution has IPv6. Otherwise an AAAA alias would not work. */
  ipv6: boolean;
}

/** Alias records of apex and wildcard: every hostname below the base domain points to the one distribution. */
export class DomainRecords extends Construct {
  constructor(scope: Construct, id: string, { zone, baseDomain, distribution, ipv6 }: DomainRecordsProps) {
    super(scope, id);
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: zone.id,
      zoneName: zone.name,
    });
    const target = route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(distribution));
    const names = { Apex: baseDomain, Wildcard: `*.${baseDomain}` };
    for (const [label, recordName] of Object.entries(names)) {
      const props = { zone: hostedZone, recordName, target };
      new route53.ARecord(this, `${label}A`, props);
      if (ipv6) new route53.AaaaRecord(this, `${label}AAAA`, props);
    }
  }
}
