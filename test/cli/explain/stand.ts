import { parseArguments } from '../../../cli/arguments.ts';
import type { Deployed, NameSource } from '../../../cli/explain/deployed.ts';
import { explainAsked, explainCommand } from '../../../cli/explain/explain.ts';
import { type Entry, encodeEntry, type ServingEntry } from '../../../core/entry/entry.ts';
import { localMends } from '../../../core/explain/names/print-mend.ts';
import type { Problem } from '../../../core/problem.ts';
import { buildRouters } from '../../../local/edge/function/deployed-router.ts';
import { live } from '../../edge/support/entries.ts';
import { DISTRIBUTION, PLACES, type Place } from '../../edge/support/router-case.ts';
import { idOf, instance, publicNameOf, publishedProblems } from '../../support/values/instances.ts';

/** The built routers of each place. */
export const ROUTERS = {
  domain: buildRouters(PLACES.domain),
  bare: buildRouters(PLACES.bare),
  laptop: buildRouters(PLACES.laptop),
  signIn: buildRouters(PLACES.signIn),
};

export const SHOP = 'shop.dev.example.com';

const NO_JOURNAL = { name: 'journal', listKeys: async () => [], readText: async () => '' };

/** A deployment with these values in its store. */
export function deployedAt(
  place: Place,
  values: Readonly<Record<string, Entry | string>>,
  more: Partial<NameSource> = {},
): Deployed {
  const { baseDomain } = PLACES[place];
  const names: NameSource = {
    ...{ baseDomain, days: 7, journal: NO_JOURNAL },
    readLists: async () => ({ routes: [], instances: [], problems: [] }),
    ...more,
  };
  const store = new Map(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : encodeEntry(value),
    ]),
  );
  return {
    place: PLACES[place],
    routers: ROUTERS[place],
    distributionDomainName: DISTRIBUTION,
    entrance: baseDomain || DISTRIBUTION,
    openNames: async () => names,
    printMend: localMends('dynamic-edge-proxy'),
    read: async (keys) =>
      new Map(keys.flatMap((key) => (store.has(key) ? [[key, store.get(key) ?? '']] : []))),
  };
}

/** Runs the command on a deployment. */
export async function explained(deployed: Deployed, ...args: string[]) {
  const [lines, notes]: [string[], string[]] = [[], []];
  const terminal = {
    ...{ colour: false, out: (line: string) => void lines.push(line) },
    err: (line: string) => void notes.push(line),
  };
  const code = await explainAsked(deployed, parseArguments(explainCommand, args), terminal);
  return { code, out: lines.join('\n'), err: notes.join('\n') };
}

/** 2026-11-23T12:03:59Z: numbers of writes follow the clock. */
export const WRITTEN = 1_795_435_439;

/** An app of instances with ids and names as EC2 gives them. */
export function app(count: number, more: Partial<ServingEntry> = {}): ServingEntry {
  const instances = Array.from({ length: count }, (_, at) => ({
    ...{ id: idOf(at + 1), launchedAt: WRITTEN },
    address: { via: 'ipv4' as const, name: publicNameOf(at + 1) },
  }));
  return live([], { instances, sequence: WRITTEN, ...more });
}

/** The problems of running instances with these tags, in launch order. */
export function problemsOf(...tags: Readonly<Record<string, string>>[]): Problem[] {
  const fleet = tags.map((each, at) => instance({ id: at + 1, launchedAt: WRITTEN + at, tags: each }));
  return publishedProblems(fleet);
}
