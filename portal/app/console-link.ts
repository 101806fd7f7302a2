import { REGION_PATTERN } from '../../core/settings/region.ts';

/** The domain of the AWS console, by the beginning of the region: a partition has one of its own. */
const CONSOLES: readonly (readonly [beginning: string, domain: string])[] = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
  ['eusc-', 'console.amazonaws-eusc.eu'],
  ['us-iso', ''],
  ['eu-isoe-', ''],
  ['', 'console.aws.amazon.com'],
];

/**
 * The page of an instance in the AWS console. Undefined for text that is neither a region nor an instance, and for a partition
 * without a public console.
 */
export function consoleLink(region: string, instance: string): string | undefined {
  if (!REGION_PATTERN.test(region) || !/^i-[0-9a-f]{8,17}$/.test(instance)) return undefined;
  const [, domain = ''] = CONSOLES.find(([beginning]) => region.startsWith(beginning)) ?? [];
  if (domain === '') return undefined;
  return `https://${region}.${domain}/ec2/home?region=${region}#InstanceDetails:instanceId=${instance}`;
}
