import type { Cloud } from '../cloud/cloud.ts';
import type { RunEnd } from '../cloud/lambda.ts';
import type { RunRecord } from './run-record.ts';

/** A target of an entry. */
export interface Named {
  hostname: string;
  id: string;
  domainName: string;
}

/** An entry names an address that its instance has lost. */
interface Exposure extends Named {
  /** Epoch milliseconds of the release. */
  since: number;
  /** Epoch milliseconds from which on EC2's answers show it. */
  shownAt: number;
}

/** Milliseconds by which EC2's listings may lag behind a hint that is answered already, 5 s of whole seconds (docs/decisions/0047). */
const LAG = 4_000;

/**
 * Watches released addresses. The next customer's machine may answer there: no entry names one longer than a single
 * reconcile after the first true hint, or the next sweep, counted from when EC2's listings show the release. A run
 * counts if it was told and no call to the store or to the region went wrong; what goes by before that is the weather's.
 */
export class ExposureWatch {
  readonly #cloud: Cloud;
  readonly #exposures = new Map<string, Exposure>();
  /** The longest in milliseconds, the weather's share included. */
  longest = 0;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** @param targets what the store names now */
  watch(targets: readonly Named[]): void {
    const { timeline, ec2 } = this.#cloud;
    const named = new Map(targets.map((target) => [`${target.id} ${target.domainName}`, target]));
    for (const [key, { id, domainName, since }] of this.#exposures) {
      // It may get the same address once more.
      if (named.has(key) && ec2.machineOf(id)?.publicName !== domainName) continue;
      this.longest = Math.max(this.longest, timeline.now - since);
      this.#exposures.delete(key);
    }
    for (const [key, target] of named) {
      const machine = ec2.machineOf(target.id);
      if (machine === undefined || this.#exposures.has(key)) continue;
      const released = ec2.released.get(target.domainName)?.findLast(({ by }) => by === target.id);
      if (released === undefined || machine.publicName === target.domainName) continue;
      this.#exposures.set(key, { ...target, since: released.at, shownAt: machine.shownFrom });
    }
  }

  /** Says which address a run has left in the store although it had to go; undefined for none. */
  leftBy(run: RunRecord, end: RunEnd): string | undefined {
    if (end.kind !== 'done' || run.failed('kvs')) return undefined;
    const left = [...this.#exposures.values()].find((exposure) => this.#hadToGo(exposure, run));
    return left && `${left.hostname} names ${left.domainName}, which ${left.id} had lost`;
  }

  #hadToGo({ id, since, shownAt }: Exposure, run: RunRecord): boolean {
    const machine = this.#cloud.ec2.machineOf(id);
    if (machine === undefined || run.failed(`ec2 ${machine.source}`) || run.startedAt < shownAt) return false;
    // Of who has vanished there is no evidence.
    if (machine.shown(this.#cloud.timeline.now) === undefined) return false;
    const isHinted = run.bodies.some((body) => isSweep(body) || isHint(body, id, since));
    return isHinted && (run.bodies.some(isSweep) || shownAt - since < LAG);
  }
}

function isSweep(body: string): boolean {
  return body.includes('"Scheduled Event"') || body.includes('"audit"');
}

/** An event that an instance stops, dies or has another address, from the release or later; not of a call that was refused. */
function isHint(body: string, id: string, since: number): boolean {
  if (body.includes('"errorCode"') || !RELEASES.test(body)) return false;
  const [, time = ''] = /"time":"([^"]+)"/.exec(body) ?? [];
  return body.includes(`"${id}"`) && Date.parse(time) >= Math.floor(since / 1000) * 1000;
}

const RELEASES = /"state":"(stopping|stopped|shutting-down|terminated)"|"(Associate|Disassociate)Address"/;
