/** The part of a page's address that links to apps keep: `location` has it. */
export type Place = Readonly<Record<'origin' | 'protocol' | 'hostname' | 'port', string>>;

/**
 * The address of an app, with the scheme and port of this page. Undefined for a wildcard and for text that is not a hostname. An app
 * without `/` opens at its shortest path.
 */
export function appHref(
  hostname: string,
  baseDomain: string,
  paths: readonly string[],
  { origin, protocol, port }: Place,
): string | undefined {
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(hostname)) return undefined;
  const [shortest = '/'] = paths.map((path) => path.replace(/^=/, '')).sort((a, b) => a.length - b.length);
  if (baseDomain === '') return `${origin}/@${hostname}${shortest}`;
  return `${protocol}//${hostname}${port === '' ? '' : `:${port}`}${shortest}`;
}

/**
 * The app whose page led here: a name below the base domain, or `/@name/` on the bare domain. Browsers send only the origin of a page
 * on another origin.
 */
export function nameBefore(
  referrer: string,
  baseDomain: string,
  { hostname: here }: Place,
): string | undefined {
  if (!URL.canParse(referrer)) return undefined;
  const { hostname, pathname } = new URL(referrer);
  if (baseDomain !== '') return hostname.endsWith(`.${baseDomain}`) ? hostname : undefined;
  return hostname === here ? /^\/@([a-z0-9-]+)/.exec(pathname)?.[1] : undefined;
}

/** A hostname as a label and the base domain with its dot; the latter is empty if the name is not below it. */
export function splitHostname(hostname: string, baseDomain: string): { label: string; suffix: string } {
  const suffix = baseDomain !== '' && hostname.endsWith(`.${baseDomain}`) ? `.${baseDomain}` : '';
  return { label: hostname.slice(0, hostname.length - suffix.length), suffix };
}

/** Whether this page is the portal of a local cloud. */
export function isLocal({ hostname }: Place): boolean {
  return /(?:^|\.)localhost$|^127\.|^\[::1\]$/.test(hostname);
}
