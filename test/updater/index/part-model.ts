import fc from 'fast-check';
import { holdsIn } from '../../../core/entry/hold.ts';
import type { FleetEvent } from '../../../core/events/fleet-event.ts';
import { collectFacts, type FleetFacts, mergeFacts, NO_FACTS } from '../../../core/events/fleet-facts.ts';
import type { Instance } from '../../../core/instance.ts';
import { type Decoded, decodeContent, pickDecoded } from '../../../core/plan/decoded.ts';
import { applyChanges, type Entries, isEmpty } from '../../../core/plan/plan.ts';
import { findOldTombstones } from '../../../core/plan/tombstones.ts';
import { listProblems } from '../../../core/routes/route-problems.ts';
import { FleetIndex, type Part } from '../../../updater/index/fleet-index.ts';
import { TagMemo } from '../../../updater/index/tag-memo.ts';
import { type NameState, NO_OPEN_NAMES } from '../../../updater/names/settle-names.ts';
import { coverageOf } from '../../../updater/read/coverage.ts';
import { viewOf } from '../../../updater/read/fleet-view.ts';
import {
  type Conditions,
  type Decision,
  type DecisionInputs,
  decide,
  nextEntries,
} from '../../../updater/run/decide.ts';
import { findDivergence } from '../../support/stands/part-shadow.ts';
import { anyInstance } from '../../support/values/arbitraries.ts';
import { idOf, ipv6, NOW, SETTINGS } from '../../support/values/instances.ts';

/** One moment in the life of a deployment. */
export interface Step {
  /** Seconds since the step before. */
  wait: number;
  changes: readonly Change[];
  /** The instances that events name, a sweep that decides on what has changed, or an audit. */
  reads: 'named' | 'changed' | 'everything';
}

/** A change of one instance, and the event about it. */
export interface Change {
  id: number;
  /** The instance from now on: undefined if EC2 lists it no more, `same` if nothing has changed. */
  instance: Instance | undefined | 'same';
  event: 'tags' | 'running' | 'stopping' | 'terminated' | 'spot' | 'lost';
}

/** A deployment's settings, and the values that others wrote to its store. */
export interface Ground {
  conditions: Pick<Conditions, 'mode' | 'capacity' | 'tokenOf' | 'settings'>;
  strangers: Readonly<Record<string, string>>;
  refused: boolean;
  /** The result of a look-up of a name; undefined if there is no time for it. */
  dns: (name: string, now: number) => NameState | undefined;
}

const LABELS = ['shop', 'cart', 'docs', '*.shop', 'shop cart', 'sh op', 'SHOP.', 'http://shop', ''];

const someTags = fc
  .record(
    {
      'proxy:host': fc.constantFrom(...LABELS),
      'proxy:port': fc.constantFrom('3000', '8080', '22', '80'),
      'proxy:group': fc.constantFrom('web', 'blue'),
      'proxy:ttl': fc.constantFrom('1m', '3m', '10m', 'soon'),
      'proxy:api:host': fc.constantFrom('shop', 'cart', 'docs'),
      'proxy:api:path': fc.constantFrom('/api', '/v1', 'api'),
      'proxy:maintenance': fc.constantFrom('on', 'off'),
    },
    { requiredKeys: ['proxy:host'] },
  )
  .map((tags): Record<string, string> => ({ ...tags }));

const someInstance = (id: number): fc.Arbitrary<Instance> =>
  fc
    .tuple(
      anyInstance(
        id,
        fc.oneof({ weight: 4, arbitrary: someTags }, { weight: 1, arbitrary: fc.constant({}) }),
      ),
      fc.nat({ max: 400 }),
      fc.boolean(),
    )
    .map(([instance, age, hasIpv6]) => ({
      ...{ ...instance, launchedAt: NOW - age },
      ...(hasIpv6 && instance.address ? { address: ipv6(`${'n'.repeat(id)}.us-east-1.ip.aws`) } : {}),
    }));

const MOST = 9;

const change: fc.Arbitrary<Change> = fc.integer({ min: 1, max: MOST }).chain((id) =>
  fc.record({
    id: fc.constant(id),
    instance: fc.oneof(
      { weight: 5, arbitrary: someInstance(id) },
      { weight: 2, arbitrary: fc.constant('same' as const) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    event: fc.constantFrom<Change['event']>(
      ...(['tags', 'tags', 'running', 'stopping', 'terminated', 'spot', 'lost'] as const),
    ),
  }),
);

export const anyLife: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    wait: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 200 })),
    changes: fc.array(change, { maxLength: 3 }),
    reads: fc.constantFrom<Step['reads']>('named', 'named', 'named', 'named', 'changed', 'everything'),
  }),
  { minLength: 2, maxLength: 14 },
);

export const anyGround: fc.Arbitrary<Ground> = fc.record({
  conditions: fc.record({
    settings: fc.constantFrom(SETTINGS, {
      ...SETTINGS,
      claims: [{ names: ['cart'], accounts: ['444455556666'] }],
    }),
    mode: fc.oneof(
      { weight: 6, arbitrary: fc.constant('sync' as const) },
      { weight: 1, arbitrary: fc.constantFrom('upsert-only' as const, 'dry-run' as const) },
    ),
    capacity: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(150, 300) },
    ),
    tokenOf: fc.constantFrom(
      () => '',
      (hostname: string) => `token-of-${hostname.length}`,
      () => undefined,
    ),
  }),
  strangers: fc.constantFrom<Record<string, string>>(
    {},
    {},
    { 'docs.dev.example.com': 'written by hand' },
    { 'cart.dev.example.com': '3 p S i-00000000000000077 1700000000 other#tokxlt' },
    { 'shop.dev.example.com': '9 unreadable main#tokxlt' },
  ),
  refused: fc.nat({ max: 5 }).map((n) => n === 0),
  dns: fc.constantFrom<Ground['dns']>(
    () => 'resolved',
    () => undefined,
    (name, now) => ([undefined, 'absent', 'unanswered', 'resolved'] as const)[(name.length + now) % 4],
  ),
});

/** Makes a mistake: removes hostnames from a part. */
export type Mistake = (hostname: string, about: Around) => boolean;

/** What a mistake may depend on. */
interface Around {
  /** Instances that events name. */
  hinted: ReadonlySet<string>;
  last: Decision;
  owned: Decoded['owned'];
}

/** The number of decisions on a part, and the first that differs from the decision on everything. */
export interface Outcome {
  parts: number;
  divergence: string | undefined;
}

/** Lives through some steps with an index, and compares each decision on a part with the decision on everything. */
export function liveThrough(ground: Ground, steps: readonly Step[], forgets?: Mistake): Outcome {
  const model = new PartModel(ground, forgets);
  for (const step of steps) {
    const divergence = model.live(step);
    if (divergence !== undefined) return { parts: model.parts, divergence };
  }
  return { parts: model.parts, divergence: undefined };
}

class PartModel {
  parts = 0;
  readonly #ground: Ground;
  readonly #forgets: Mistake | undefined;
  readonly #tags = new TagMemo();
  readonly #fleet = new Map<string, Instance>();
  readonly #names = new Map<string, NameState>();
  #content: Entries;
  #facts: FleetFacts = NO_FACTS;
  #now = NOW;
  #lastSequence = 0;
  #index: FleetIndex | undefined;
  #last: Decision | undefined;

  constructor(ground: Ground, forgets: Mistake | undefined) {
    this.#ground = ground;
    this.#forgets = forgets;
    this.#content = new Map(Object.entries(ground.strangers));
  }

  /** Returns the divergence. Decides again if look-ups bring news, as a run does. */
  live(step: Step): string | undefined {
    const divergence = this.#decide(step);
    if (divergence !== undefined || !this.#lookUp(step.reads !== 'named')) return divergence;
    return this.#decide({ ...step, wait: 0, changes: [] });
  }

  #lookUp(isSweep: boolean): boolean {
    const { unasked, unsettled } = this.#last?.openNames ?? NO_OPEN_NAMES;
    const names = [...unasked.values(), ...(isSweep ? unsettled.values() : [])].flat();
    let isNews = false;
    for (const { name } of names) {
      const state = this.#ground.dns(name, this.#now) ?? this.#names.get(name);
      isNews ||= state !== this.#names.get(name);
      if (state !== undefined) this.#names.set(name, state);
    }
    return isNews;
  }

  #decide({ wait, changes, reads }: Step): string | undefined {
    this.#now += wait;
    for (const { id, instance } of changes) {
      if (instance === undefined) this.#fleet.delete(idOf(id));
      else if (instance !== 'same') this.#fleet.set(idOf(id), instance);
    }
    const told = changes.filter(({ event }) => event !== 'lost');
    const events = told.map((each) => eventOf(each, this.#now));
    this.#facts = collectFacts(this.#facts, events, this.#now);
    const index = reads === 'everything' ? undefined : this.#index;
    const asked = new Set([
      ...told.map(({ id }) => idOf(id)),
      ...(index?.findPending(this.#facts, this.#now) ?? []),
    ]);
    const named = [...asked].flatMap((id) => this.#fleet.get(id) ?? []);
    const listed = reads === 'named' ? named : [...this.#fleet.values()];
    const seen = viewOf({ instances: listed, failures: [] }, asked, this.#facts);
    const view = index && reads === 'changed' ? index.findChanged(seen, this.#facts, this.#now) : seen;
    const part = index?.findPart(view, this.#facts, this.#now);
    if (index === undefined || part === undefined) return this.#decideAll();
    return this.#decidePart(index, this.#withMistake(part, new Set(told.map(({ id }) => idOf(id)))), view);
  }

  #withMistake(part: Part, hinted: ReadonlySet<string>): Part {
    const [forgets, last] = [this.#forgets, this.#last];
    if (forgets === undefined || last === undefined) return part;
    const { owned } = this.#decoded();
    const about = { hinted, last, owned };
    return { ...part, only: new Set([...part.only].filter((hostname) => !forgets(hostname, about))) };
  }

  #decideAll(): undefined {
    const view = viewOf(
      { instances: [...this.#fleet.values()], failures: [] },
      new Set(this.#fleet.keys()),
      this.#facts,
    );
    const decoded = this.#decoded();
    this.#addHolds(decoded);
    const inputs = this.#inputs({ decoded, view });
    const decision = decide(inputs);
    this.#write(decision);
    const old = findOldTombstones(this.#decoded().tombstones, this.#now);
    this.#content = applyChanges(this.#content, { puts: new Map(), deletes: new Set(old) });
    const coverage = coverageOf(view, this.#now * 1000);
    const about = { etag: '', tokenEpoch: 0, coverage, events: [], facts: inputs.facts, now: this.#now };
    this.#index = decision.isDoubtful
      ? undefined
      : new FleetIndex(inputs.parse, { view, decision, ...about });
    return undefined;
  }

  #decidePart(index: FleetIndex, part: Part, view: ReturnType<typeof viewOf>): string | undefined {
    const all = this.#decoded();
    const decoded = pickDecoded(all, part.only);
    this.#addHolds(decoded);
    const inputs = this.#inputs({ decoded, view: part.view });
    const decision = decide({ ...inputs, only: part.only });
    if (decision.isDoubtful) return this.#decideAll();
    this.parts += 1;
    const whole: DecisionInputs = {
      ...inputs,
      decoded: all,
      view: viewOf({ instances: [...index.listedWith(view)], failures: [] }, view.asked, inputs.facts),
    };
    this.#write(decision);
    const about = { etag: '', coverage: index.coverage, events: [], facts: inputs.facts, now: this.#now };
    index.add(part, { view, decision, ...about });
    return findDivergence({
      decision,
      problems: listProblems(index.problems),
      entries: nextEntries(all.owned, decision.changes, SETTINGS.deployment),
      whole,
    });
  }

  #inputs(read: Pick<DecisionInputs, 'decoded' | 'view'>): DecisionInputs {
    const { conditions, refused } = this.#ground;
    const bytes = [...this.#content].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    const content = '3 p 3000 token-of-20 ec2-203-0-113-1.compute-1.amazonaws.com';
    return {
      ...{ ...conditions, ...read, bytes, confirmed: false, now: this.#now, facts: this.#facts },
      refusals: new Map(refused ? [['cart.dev.example.com', { content, reason: 'no' }]] : []),
      lastSequence: this.#lastSequence,
      nameStateOf: ({ name }) => this.#names.get(name),
      parse: (instance) => this.#tags.parse(instance, conditions.settings),
    };
  }

  #decoded(): Decoded {
    return decodeContent(this.#content, SETTINGS.deployment);
  }

  #addHolds({ held }: Decoded): void {
    this.#facts = mergeFacts(this.#facts, { ...NO_FACTS, holds: holdsIn(held) });
  }

  #write(decision: Decision): void {
    this.#last = decision;
    if (!isEmpty(decision.changes)) this.#lastSequence = decision.sequence;
    this.#content = applyChanges(this.#content, decision.placeTombstones(decision.changes));
    this.#facts = { ...this.#facts, paces: decision.paces };
  }
}

function eventOf({ id, event }: Change, now: number): FleetEvent {
  const common = {
    ids: [idOf(id)],
    failed: false,
    verdict: 'hint',
    scope: 'ids',
    time: new Date(now * 1000).toISOString(),
  } as const;
  if (event === 'stopping' || event === 'terminated')
    return { ...common, kind: 'state-change', name: event, death: event };
  if (event === 'running') return { ...common, kind: 'state-change', name: 'running' };
  if (event === 'spot') return { ...common, kind: 'spot', name: 'interruption:terminate' };
  return { ...common, kind: 'tag-change', name: 'Tag Change on Resource' };
}
