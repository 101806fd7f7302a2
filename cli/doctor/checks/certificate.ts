import type { Seconds } from '../../../core/wire/brands.ts';
import type { Check } from '../check.ts';
import type { Certificate } from '../cloud.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';

/** ACM renews 60 days before expiry (ACM User Guide, "Managed certificate renewal"), so fewer days mean a fault. */
const RENEWED_BY_DAYS = 30;

const DAY = 86_400;

interface CertificateFacts {
  /** Absent: CloudFront's default certificate for its own domain. */
  certificate?: Certificate;
  now: Seconds;
}

/** Does the viewers' certificate cover the base domain and its wildcard, and when does it expire? */
export const certificate: Check<CertificateFacts> = {
  async collect(cloud, { distribution: { certificateArn } }) {
    const now = cloud.now();
    return certificateArn === undefined
      ? { now }
      : { now, certificate: await cloud.certificate(certificateArn) };
  },
  evaluate: ({ certificate: found, now }, { baseDomain, distributionId }) => {
    if (baseDomain === '')
      return [ok("no base domain is set; CloudFront's default certificate covers its own domain")];
    if (!found)
      return [
        failure(
          `distribution ${distributionId} has no certificate for ${baseDomain}`,
          'deploy the edge stack with -c certificateArn=…',
        ),
      ];
    return [...evaluateStatus(found), ...evaluateCoverage(found, baseDomain), evaluateExpiry(found, now)];
  },
};

function evaluateStatus({ status }: Certificate): Finding[] {
  return status === 'ISSUED'
    ? []
    : [
        failure(
          `the certificate is ${status}`,
          'complete its validation in ACM (us-east-1) or deploy with another certificateArn',
        ),
      ];
}

function evaluateCoverage({ names }: Certificate, baseDomain: string): Finding[] {
  const missing = [baseDomain, `*.${baseDomain}`].filter((name) => !covers(names, name));
  return missing.length === 0
    ? [ok(`the certificate covers ${baseDomain} and *.${baseDomain}`)]
    : [
        failure(
          `the certificate covers ${names.join(', ')}, but not ${missing.join(' and ')}`,
          `request a certificate for ${baseDomain} and *.${baseDomain} in us-east-1 and deploy with its certificateArn`,
        ),
      ];
}

/** A wildcard covers one label (RFC 6125 §6.4.3), so it does not cover another wildcard. */
function covers(names: readonly string[], name: string): boolean {
  const parent = name.slice(name.indexOf('.') + 1);
  return names.includes(name) || (!name.startsWith('*.') && names.includes(`*.${parent}`));
}

function evaluateExpiry({ notAfter }: Certificate, now: Seconds): Finding {
  const days = Math.floor((notAfter - now) / DAY);
  const remedy = 'check in ACM why it was not renewed; usually its validation record is missing in DNS';
  if (days < 0) return failure(`the certificate expired ${-days} days ago`, remedy);
  return days < RENEWED_BY_DAYS
    ? warning(`the certificate expires in ${days} days and should have been renewed by now`, remedy)
    : ok(`the certificate is valid for ${days} more days`);
}
