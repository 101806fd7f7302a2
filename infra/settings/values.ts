import { REGION_PATTERN } from '../../core/settings/region.ts';
import { LABEL } from '../../core/tags/label.ts';

/** Ports from `from` to `to`, both included. */
export interface PortRange {
  from: number;
  to: number;
}

/** A VPC that gets security groups which admit CloudFront only. */
export interface OriginVpc {
  /** Absent: the home account. */
  account?: string;
  region: string;
  vpcId: string;
}

/** An AWS region, by its form. */
export function parseRegion(text: string): string | undefined {
  return REGION_PATTERN.test(text) ? text : undefined;
}

/** The twelve digits of an AWS account. */
export function parseAccount(text: string): string | undefined {
  return /^\d{12}$/.test(text) ? text : undefined;
}

/** `true` or `false`. */
export function parseFlag(text: string): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

/** Items separated by commas, without repetitions; undefined if any item cannot be parsed. */
export function parseList<T>(text: string, parse: (item: string) => T | undefined): readonly T[] | undefined {
  const items = [...new Set(text.split(',').map((item) => item.trim()))].map(parse);
  const parsed = items.filter((item) => item !== undefined);
  return parsed.length === items.length ? parsed : undefined;
}

const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`);

/** A domain in lower case: at least two labels (RFC 1035 §2.3.4), short enough for one more in front. */
export function parseDomain(text: string): string | undefined {
  const domain = text.toLowerCase();
  const isDomain = DOMAIN.test(domain);
  return isDomain && domain.length <= 253 - 64 ? domain : undefined;
}

/** `80`, or `3000-3999`. */
export function parsePorts(text: string): PortRange | undefined {
  const match = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from <= to && to <= 65_535 ? { from, to } : undefined;
}

/** `eu-west-1/vpc-0123456789abcdef0`; of another account `444455556666/eu-west-1/vpc-0123456789abcdef0`. */
export function parseOriginVpc(text: string): OriginVpc | undefined {
  const [vpcId = '', region = '', account, ...rest] = text.split('/').reverse();
  const isVpc = parseRegion(region) !== undefined && /^vpc-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(vpcId);
  if (!isVpc || rest.length > 0) return undefined;
  if (account === undefined) return { region, vpcId };
  return parseAccount(account) === undefined ? undefined : { account, region, vpcId };
}

/** JSON of an object or a list, without blanks. */
export function compactJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
