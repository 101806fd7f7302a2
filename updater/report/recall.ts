import type { Entry } from '../../core/entry/entry.ts';
import { applyToList, MOST_WHOLE, parseChangesFile } from '../../core/journal/changes-file.ts';
import type { InstanceSummary } from '../../core/journal/instance-summary.ts';
import { type Listed, type Mark, parseRoutesFile, type RoutesFile } from '../../core/journal/routes-file.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import { Fault } from '../../core/schema.ts';
import type { Hostname, InstanceId } from '../../core/wire/brands.ts';
import type { Notebook } from '../ports.ts';
import type { ReportParts } from '../run/parts.ts';

/** Facts about routes that neither EC2 nor the store can repeat. */
export type Recalled = Pick<Listed, 'marks' | 'instances'>;

/**
 * Reads the times, causes and launchers that another environment published. A document of another version says nothing.
 *
 * @param before the entries before this run. A name that has another state in the document changed after it was written
 */
export async function recall(
  { routesFile, changesFile }: Pick<ReportParts, 'routesFile' | 'changesFile'>,
  before: ReadonlyMap<Hostname, Entry>,
): Promise<Recalled> {
  const list = await loadList(routesFile, changesFile);
  const marks = new Map<Hostname, Mark>();
  for (const { hostname, state, since, cause } of list?.routes ?? []) {
    if (since === undefined || before.get(hostname)?.state !== state) continue;
    marks.set(hostname, { since, ...(cause === undefined ? {} : { cause }) });
  }
  const instances = (list?.instances ?? []).map((each) => [each.id, each] as const);
  return {
    marks: LayeredMap.from(marks),
    instances: LayeredMap.from(new Map<InstanceId, InstanceSummary>(instances)),
  };
}

async function loadList(routesFile: Notebook, changesFile: Notebook): Promise<RoutesFile | undefined> {
  const list = await load(routesFile, parseRoutesFile);
  if (list === undefined || list.routes.length <= MOST_WHOLE) return list;
  const changes = await load(changesFile, parseChangesFile);
  return changes === undefined ? list : applyToList(list, changes);
}

async function load<T>(notebook: Notebook, parse: (body: string) => T | Fault): Promise<T | undefined> {
  const loaded = await notebook.load(undefined);
  const document = typeof loaded === 'string' ? undefined : parse(loaded.body);
  return document instanceof Fault ? undefined : document;
}
