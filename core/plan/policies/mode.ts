import { encodeEntry, isServing } from '../../entry/entry.ts';
import { asleep } from '../../entry/without-members.ts';
import type { Changes } from '../plan.ts';
import type { Policy, Scene } from './policy.ts';

/** The writes that the updater may make. */
export const MODES = ['sync', 'upsert-only', 'dry-run'] as const;

export type Mode = (typeof MODES)[number];

/** Puts and deletes. */
const sync: Policy = { apply: (changes) => changes, explain: () => undefined };

/** Names stay, but addresses go: a name falls asleep instead of being deleted, because its address may belong to another customer. */
const upsertOnly: Policy = {
  apply: ({ puts, deletes }, scene) => {
    const closed = [...deletes].flatMap((hostname) => closedValue(hostname, scene));
    return { puts: new Map([...puts, ...closed]), deletes: new Set() } satisfies Changes;
  },
  explain: (hostname, { owned }) => {
    const entry = owned.get(hostname);
    if (entry && !isServing(entry)) return undefined;
    return {
      code: 'deletes-off',
      what: `${hostname} is not deleted: this deployment only adds and changes names`,
    };
  },
};

function closedValue(hostname: string, { owned, sequence }: Scene): [string, string][] {
  const entry = owned.get(hostname);
  return entry && isServing(entry) ? [[hostname, encodeEntry({ ...asleep(entry), sequence })]] : [];
}

/** Changes nothing and reports each change. */
const dryRun: Policy = {
  apply: () => ({ puts: new Map(), deletes: new Set() }),
  explain: (hostname) => ({
    code: 'dry-run',
    what: `${hostname} would change, but this deployment is a dry run`,
  }),
};

export function modePolicy(mode: Mode): Policy {
  switch (mode) {
    case 'sync':
      return sync;
    case 'upsert-only':
      return upsertOnly;
    case 'dry-run':
      return dryRun;
    default:
      return mode satisfies never;
  }
}
