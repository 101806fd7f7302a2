import type { Check } from '../check.ts';
import type { Cloud } from '../cloud.ts';
import type { Deployment } from '../deployment.ts';
import { type Finding, failure, ok } from '../finding.ts';

interface DnsAnswer {
  hostname: string;
  addresses: readonly string[];
  /** An address belongs to CloudFront. */
  edge: boolean;
}

/** A label without a record of its own, which only the wildcard answers. */
const PROBE = 'edge-proxy-doctor';

/**
 * Do the base domain and its wildcard lead to the distribution? Any address of CloudFront is right, because only one
 * distribution can have the name as its alias and every edge serves all distributions.
 */
export const dns: Check<readonly DnsAnswer[]> = {
  collect: (cloud, deployment) =>
    Promise.all(
      probedHostnames(deployment).map((hostname) =>
        resolveHostname(cloud, hostname, deployment.distribution.domainName),
      ),
    ),
  evaluate: (answers, deployment) => [
    ...evaluateAliases(deployment),
    ...answers.map((each) => evaluateAnswer(each, deployment)),
  ],
};

function probedHostnames({ baseDomain, distribution }: Deployment): string[] {
  return baseDomain === '' ? [distribution.domainName] : [baseDomain, `${PROBE}.${baseDomain}`];
}

async function resolveHostname(cloud: Cloud, hostname: string, distribution: string): Promise<DnsAnswer> {
  const [addresses, edges] = await Promise.all([cloud.addresses(hostname), cloud.addresses(distribution)]);
  if (addresses.some((address) => edges.includes(address))) return { hostname, addresses, edge: true };
  const names = await Promise.all(addresses.map((address) => cloud.reverseNames(address)));
  return { hostname, addresses, edge: names.flat().some((name) => name.endsWith('.cloudfront.net')) };
}

function evaluateAliases({ baseDomain, distribution, distributionId }: Deployment): Finding[] {
  const wanted = baseDomain === '' ? [] : [baseDomain, `*.${baseDomain}`];
  const missing = wanted.filter((alias) => !distribution.aliases.includes(alias));
  return missing.length === 0
    ? []
    : [
        failure(
          `distribution ${distributionId} lacks the alias ${missing.join(' and ')}, so viewers get 403`,
          "deploy the edge stack with the updater's baseDomain",
        ),
      ];
}

function evaluateAnswer(
  { hostname, addresses, edge }: DnsAnswer,
  { baseDomain, distribution }: Deployment,
): Finding {
  const name = hostname.startsWith(`${PROBE}.`) ? `*.${baseDomain}` : hostname;
  if (edge) return ok(`${name} leads to CloudFront`);
  const remedy = `make ${name} an alias record (Route 53) or a CNAME to ${distribution.domainName}, or deploy with the id and name of the hosted zone`;
  return addresses.length === 0
    ? failure(`${name} has no address in DNS`, remedy)
    : failure(`${name} leads to ${addresses.join(', ')}, which is not CloudFront`, remedy);
}
