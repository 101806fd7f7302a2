import {
  buildChangesFile,
  type ChangesFile,
  countChanges,
  MOST_CHANGES,
  MOST_WHOLE,
  type Suspects,
} from '../../core/journal/changes-file.ts';
import { buildRoutesFile, type Listed } from '../../core/journal/routes-file.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { PublishedRoutes } from '../run/memory.ts';
import type { ReportParts } from '../run/parts.ts';
import { printRoutesPage } from './routes-page.ts';

/** A sweep does not write a large list again sooner after the last time, unless too much has changed. */
export const WHOLE_MS: Milliseconds = 30_000;

interface PublishParts
  extends Pick<
    ReportParts,
    'settings' | 'portal' | 'memory' | 'clock' | 'routesFile' | 'changesFile' | 'pageFile'
  > {
  store: Pick<ReportParts['store'], 'takeovers'>;
}

/**
 * Publishes the list of routes. An equal list is not written again, unless another environment may have replaced it. Of a large
 * list the run of an event writes the changes alone. The whole list takes a quarter of a second at 30,000 names, so a sweep writes it.
 */
export async function publish(
  parts: PublishParts,
  list: Listed,
  { sweep }: { sweep: boolean },
): Promise<void> {
  const { memory, store, clock } = parts;
  const last = memory.published?.takeovers === store.takeovers ? memory.published : undefined;
  if (last === undefined || !isLarge(last.whole) || !isLarge(list)) return publishWhole(parts, list, last);
  const { changes, suspects } = changesSince(last, list, parts);
  const content = JSON.stringify(changes);
  const differences = countChanges(changes);
  const isDue = sweep && differences > 0 && clock.now() - Date.parse(last.whole.updatedAt) >= WHOLE_MS;
  if (isDue || differences > MOST_CHANGES) return publishWhole(parts, list, last);
  if (content !== last.content) await saveChanges(parts, changes);
  memory.published = { ...last, content, list, suspects };
}

function isLarge({ entries }: Listed): boolean {
  return entries.size > MOST_WHOLE;
}

/** The differences from the whole list, without their time. Only names that changed since the last time are compared. */
function changesSince(
  last: PublishedRoutes,
  list: Listed,
  { portal }: PublishParts,
): { changes: ChangesFile; suspects: Suspects } {
  const { entries, marks, instances } = list;
  const changes = buildChangesFile(
    last.whole,
    { ...list, updatedAt: '' },
    {
      hostnames: new Set([
        ...last.suspects.hostnames,
        ...LayeredMap.differingKeys(last.list.entries, entries),
        ...LayeredMap.differingKeys(last.list.marks, marks),
      ]),
      instances: new Set([
        ...last.suspects.instances,
        ...LayeredMap.differingKeys(last.list.instances, instances),
      ]),
    },
    portal.detail,
  );
  // Equal entries may be decoded twice, so not every name that seems to differ does.
  const suspects = {
    hostnames: new Set([...changes.routes.map(({ hostname }) => hostname), ...changes.gone]),
    instances: new Set(changes.instances.map(({ id }) => id)),
  };
  return { changes, suspects };
}

const NO_SUSPECTS: Suspects = { hostnames: new Set(), instances: new Set() };

async function publishWhole(
  parts: PublishParts,
  list: Listed,
  last: PublishedRoutes | undefined,
): Promise<void> {
  const { settings, portal, routesFile, pageFile, memory, store, clock } = parts;
  const { deployment, baseDomain } = settings;
  const { detail } = portal;
  const signIn = settings.signIn === undefined ? {} : { signIn: true };
  const file = buildRoutesFile({ deployment, baseDomain, ...signIn, detail, updatedAt: '' }, list);
  // A large list is compared by its changes.
  const text = isLarge(list) ? undefined : JSON.stringify(file);
  if (text !== undefined && last?.content === text) return;
  // If a save fails, it is unknown which list is there.
  memory.published = undefined;
  const { takeovers } = store;
  const whole = { ...list, updatedAt: new Date(clock.now()).toISOString() };
  const document = { ...file, updatedAt: whole.updatedAt };
  await Promise.all([routesFile.save(JSON.stringify(document)), pageFile.save(printRoutesPage(document))]);
  const nothing = buildChangesFile(whole, { ...list, updatedAt: '' }, NO_SUSPECTS, detail);
  // Readers of a large list expect the file. A file with details may still be there from before a deployment hid them.
  if (isLarge(whole) || (detail === 'names' && last === undefined)) await saveChanges(parts, nothing);
  const content = text ?? JSON.stringify(nothing);
  memory.published = { takeovers, content, whole, list, suspects: NO_SUSPECTS };
}

async function saveChanges({ changesFile, clock }: PublishParts, changes: ChangesFile): Promise<void> {
  await changesFile.save(JSON.stringify({ ...changes, updatedAt: new Date(clock.now()).toISOString() }));
}
