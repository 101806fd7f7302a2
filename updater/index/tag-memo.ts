import { type Instance, isSameInstance } from '../../core/instance.ts';
import { type ParsedTags, parseTags } from '../../core/routes/route-spec.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { InstanceId } from '../../core/wire/brands.ts';

/** The parsed tags of each instance. An instance that has not changed is not parsed again. */
export class TagMemo {
  readonly #known = new Map<InstanceId, { instance: Instance; parsed: ParsedTags }>();

  parse(instance: Instance, settings: Settings): ParsedTags {
    const known = this.#known.get(instance.id);
    if (known && isSameInstance(known.instance, instance)) return known.parsed;
    const parsed = parseTags(instance, settings);
    this.#known.set(instance.id, { instance, parsed });
    return parsed;
  }

  /** Forgets all instances but these. */
  keep(ids: { has: (id: InstanceId) => boolean }): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }
}
