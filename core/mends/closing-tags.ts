import type { Instance } from '../instance.ts';
import { groupTags } from '../tags/route-tags.ts';
import { TAGS } from '../tags/tags.ts';

/**
 * The keys of the tags that close a route: maintenance, no share of the viewers, the end of a lease. Undefined if all of them are tags
 * without the name of a route, because their keys are known.
 */
export function findClosingTags(instance: Instance): readonly string[] | undefined {
  const keys = groupTags(instance).routes.flatMap(([, tags]) => [
    ...(TAGS.maintenance.parse(tags.get('maintenance')?.value ?? '') ? [tags.get('maintenance')?.key] : []),
    ...(TAGS.weight.parse(tags.get('weight')?.value ?? '') === 0 ? [tags.get('weight')?.key] : []),
    ...(tags.has('ttl') ? [tags.get('ttl')?.key] : []),
  ]);
  const once = [...new Set(keys)].filter((key) => key !== undefined).sort();
  return once.some((key) => key.split(':').length > 2) ? once : undefined;
}
