/** Reads the tags of a route, except its names. */
import type { Instance } from '../instance.ts';
import { type Problem, tagProblem } from '../problem.ts';
import type { Settings } from '../settings/settings.ts';
import { refuseAccess } from './access-tag.ts';
import type { RouteTags } from './route-tags.ts';
import { findFallback, isAttribute, TAGS, type TagDefinition, type Terms } from './tags.ts';

/** Reads every tag. The terms hold the fallback of a wrong tag. */
export function parseTerms(
  instance: Instance,
  tags: RouteTags,
  settings: Pick<Settings, 'signIn'>,
): { terms: Terms; problems: Problem[] } {
  const problems: Problem[] = [];
  const isHttps = tags.get('scheme')?.value === 'https';
  const terms: Record<string, unknown> = {};
  for (const [attribute, definition] of Object.entries<TagDefinition>(TAGS)) {
    const tag = isAttribute(attribute) && attribute !== 'host' ? tags.get(attribute) : undefined;
    const fallback = findFallback(definition, isHttps);
    const usual = fallback === undefined ? undefined : definition.parse(fallback);
    const value = tag === undefined ? usual : definition.parse(tag.value);
    terms[attribute] = value ?? usual;
    if (tag === undefined || value !== undefined) continue;
    if (attribute === 'access' && settings.signIn === undefined) continue;
    const reason = definition.advise?.(tag.value) ?? `expected ${definition.value}`;
    problems.push(tagProblem('bad-value', instance.id, tag, reason));
  }
  const access = tags.get('access');
  const refusal = access && refuseAccess(TAGS.access.parse(access.value), settings);
  if (access && refusal) problems.push(tagProblem(refusal.code, instance.id, access, refusal.reason));
  const unpaired = problems.length === 0 ? findUnpaired(instance, tags) : undefined;
  // Each member of Terms went through its own parser; a test parses every fallback.
  return { terms: terms as unknown as Terms, problems: unpaired ? [unpaired] : problems };
}

/** `https` and the name on the certificate of the origin belong together. */
function findUnpaired(instance: Instance, tags: RouteTags): Problem | undefined {
  const scheme = tags.get('scheme');
  const certName = tags.get('cert-name');
  const unpaired = 'scheme-without-cert-name';
  if (scheme?.value === 'https' && !certName)
    return tagProblem(unpaired, instance.id, scheme, 'which needs `proxy:cert-name` as well');
  if (certName && scheme?.value !== 'https')
    return tagProblem(unpaired, instance.id, certName, 'which needs `proxy:scheme` = "https" as well');
  return undefined;
}

/** Ports that usually use TLS. */
const TLS_PORTS = [443, 8443];

/** A TLS port without a scheme may be intended, so the route is made. An explicit scheme answers the question. */
export function findSchemeQuestion(instance: Instance, tags: RouteTags): Problem | undefined {
  const port = tags.get('port');
  if (port === undefined || tags.has('scheme') || !TLS_PORTS.includes(Number(port.value))) return undefined;
  const reason =
    'where TLS is usual, but CloudFront will use plain HTTP; set `proxy:scheme` = "https" and `proxy:cert-name`, or `proxy:scheme` = "http" to keep plain HTTP';
  return tagProblem('tls-port', instance.id, port, reason);
}
