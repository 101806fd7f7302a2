import { adviseOnAccess, adviseOnMatch, adviseOnPath, adviseOnSticky } from './tag-advice.ts';
import {
  parseAccess,
  parseAddressKind,
  parseConditions,
  parseDnsName,
  parseDuration,
  parseGroup,
  parsePath,
  parsePort,
  parseScheme,
  parseSticky,
  parseSwitch,
  parseTimeout,
  parseWeight,
  parseWords,
} from './tag-values.ts';

/**
 * The public API: every `proxy:*` tag that an instance may carry. docs/use/tags.md is generated from this table and a
 * test keeps the two equal.
 *
 * A tag is `proxy:ATTRIBUTE`, or `proxy:NAME:ATTRIBUTE` for further routes on one instance.
 */
interface TagFacts<T> {
  /** The values that `parse` takes, as the end of the sentence "expected …". */
  value: string;
  /** Parses the value; undefined if it is invalid. */
  parse: (text: string) => T | undefined;
  /** Advice for an invalid value, instead of "expected …". */
  advise?: (text: string) => string | undefined;
  /** A text that `parse` takes. */
  example: string;
  meaning: string;
  /** A tag about the machine: named routes take it from the unnamed tag unless they have their own. */
  shared: boolean;
  /** A tag of the whole instance, which no route may have for itself. */
  unnamed?: true;
  /** Known but not supported by this version. Its route is not made, because ignoring the tag would be wrong. */
  later?: true;
}

/** A tag with a fallback. */
interface TagWithFallback<T> extends TagFacts<T> {
  /** The text that counts if the tag is absent. */
  fallback: string;
  /** The fallback with `proxy:scheme` = `https`, if it differs. */
  fallbackWithHttps?: string;
}

/** A tag without a fallback. */
interface TagWithoutFallback<T> extends TagFacts<T> {
  /** The effect of a missing tag, for people. */
  absent: string;
}

export type TagDefinition<T = unknown> = TagWithFallback<T> | TagWithoutFallback<T>;

const route = { shared: false } as const;
const machine = { shared: true } as const;

export const TAGS = {
  host: {
    ...route,
    value: 'one or more names, separated by spaces',
    parse: parseWords,
    absent: 'none: no route',
    example: 'shop',
    meaning:
      'The hostname. A single label is completed with the base domain; `*.shop` covers every name below `shop`. `dynamic-edge-proxy name BRANCH` turns a branch into a label.',
  },
  port: {
    ...route,
    value: '80, 443 or 1024–65535',
    parse: parsePort,
    fallback: '80',
    fallbackWithHttps: '443',
    example: '3000',
    meaning:
      'The port on which the app listens. 443 and 8443 without `proxy:scheme` work, and are reported as a problem.',
  },
  scheme: {
    ...route,
    value: '`http` or `https`',
    parse: parseScheme,
    fallback: 'http',
    example: 'https',
    meaning: 'The protocol between CloudFront and the instance. `https` needs `proxy:cert-name`.',
  },
  address: {
    ...machine,
    unnamed: true,
    value: '`ipv4` or `ipv6`',
    parse: parseAddressKind,
    absent: 'IPv4, or IPv6 for an instance without a public IPv4 name',
    example: 'ipv6',
    meaning:
      'The kind of address by which CloudFront reaches the instance. With `ipv6`, the security group must admit CloudFront over IPv6, and the app must listen on `::`. The tag counts for all routes of the instance.',
  },
  'cert-name': {
    ...route,
    value: 'a hostname',
    parse: parseDnsName,
    absent: 'none',
    example: 'origin.example.com',
    meaning: 'The name on the certificate of the instance. A name that EC2 gives cannot have a certificate.',
  },
  path: {
    ...route,
    value: 'a prefix `/x`, or `=/x` for exactly that path',
    parse: parsePath,
    advise: adviseOnPath,
    fallback: '/',
    example: '/api',
    meaning:
      'The paths of the name that the route serves. A prefix matches whole segments and everything below them, so it does not contain `*`.',
  },
  'strip-path': {
    ...route,
    value: '`on` or `off` (also `true`, `yes`, `false`, `no`)',
    parse: parseSwitch,
    fallback: 'off',
    example: 'on',
    meaning:
      'Remove the prefix before the request reaches the app, which finds it in `x-forwarded-prefix`. The proxy redirects a person from `/x` to `/x/`. A `Location: /login` of the app leaves the prefix.',
  },
  match: {
    ...route,
    value:
      '1–8 conditions separated by spaces, each about a different thing: `method=GET`, `header:NAME=VALUE`, `query:NAME=VALUE`',
    parse: parseConditions,
    advise: adviseOnMatch,
    absent: 'none',
    example: 'header:x-env=canary',
    meaning:
      'Serve only requests that meet all conditions. Write a space in a value as `%20`. Cookies cannot be matched: CloudFront Functions cannot read the Cookie header.',
  },
  group: {
    ...machine,
    value: '1–64 letters, digits, `.`, `_`, `-`',
    parse: parseGroup,
    absent: 'none: the instance stands alone',
    example: 'shop-web',
    meaning:
      'Instances of one account with the same group share their names. Without a group, the first instance keeps the name. If members disagree about a path, the member that has had the name longest decides.',
  },
  weight: {
    ...route,
    value: '0–1000',
    parse: parseWeight,
    fallback: '1',
    example: '10',
    meaning: 'Share of the viewers among the instances of a group. An instance with 0 gets none.',
  },
  sticky: {
    ...route,
    value: '`cookie:NAME`',
    parse: parseSticky,
    advise: adviseOnSticky,
    absent: 'by viewer address and user agent',
    example: 'cookie:session',
    meaning: 'Viewers with the same value in this cookie of the app stay on one instance.',
  },
  timeout: {
    ...route,
    value: '1–120 seconds',
    parse: parseTimeout,
    fallback: '60',
    example: '120',
    meaning:
      'How long CloudFront waits for the first byte of an answer, and between two packets, before it answers 504.',
  },
  maintenance: {
    ...machine,
    value: '`on` or `off` (also `true`, `yes`, `false`, `no`)',
    parse: parseSwitch,
    fallback: 'off',
    example: 'on',
    meaning: 'Show the maintenance page instead of the app.',
  },
  ttl: {
    ...machine,
    value: 'a number and `m`, `h` or `d`',
    parse: parseDuration,
    absent: 'no end',
    example: '4h',
    meaning: 'The lease: the route ends this long after the instance was started.',
  },
  access: {
    ...machine,
    value:
      '`deployment`, or with sign-in also `signed-in`, `public`, or terms separated by spaces: `group:NAME`, `alice@example.com`, `*@example.com`',
    parse: parseAccess,
    advise: adviseOnAccess,
    fallback: 'deployment',
    example: 'group:devs alice@example.com',
    meaning:
      'The viewers who may use the app. `deployment`: those that the deployment admits; with sign-in these are all signed-in people, as with `signed-in`. Terms: signed-in people who meet one of them. `public`: every viewer, if a claim rule of the deployment has `"access": "public"` for the name. Without sign-in every value but `deployment` is refused. If instances of one name differ, only people whom all of them admit may open it.',
  },
  health: {
    ...route,
    value: 'a path',
    parse: parsePath,
    absent: 'none',
    example: '/healthz',
    meaning: 'The path that reports whether the app is ready.',
    later: true,
  },
  'idle-after': {
    ...machine,
    value: 'a number and `m`, `h` or `d`',
    parse: parseDuration,
    absent: 'never',
    example: '2h',
    meaning: 'Stop the instance after this long without a viewer.',
    later: true,
  },
} as const satisfies Readonly<Record<string, TagDefinition>>;

export type Attribute = keyof typeof TAGS;

type Parsed<Definition> = Definition extends { parse: (text: string) => infer T }
  ? Definition extends TagWithFallback<unknown>
    ? Exclude<T, undefined>
    : T
  : never;

/** The values of all tags of one route; absent tags have their fallback. */
export type Terms = { readonly [K in Attribute]: Parsed<(typeof TAGS)[K]> };

export const TAG_PREFIX = 'proxy:';

export function isAttribute(text: string): text is Attribute {
  return Object.hasOwn(TAGS, text);
}

export function isShared(attribute: Attribute): boolean {
  return TAGS[attribute].shared;
}

/** True if the tag counts for the whole instance, so that its key has no name of a route. */
export function isUnnamed(attribute: Attribute): boolean {
  const definition: TagDefinition = TAGS[attribute];
  return definition.unnamed === true;
}

/** True if this version knows the tag but does not support it. */
export function isLater(attribute: Attribute): boolean {
  const definition: TagDefinition = TAGS[attribute];
  return definition.later === true;
}

/** The text that counts if the tag is absent; undefined without a fallback. */
export function findFallback(definition: TagDefinition, isHttps: boolean): string | undefined {
  if (!('fallback' in definition)) return undefined;
  return isHttps ? (definition.fallbackWithHttps ?? definition.fallback) : definition.fallback;
}
