import type { Address } from '../../../core/address.ts';
import { nameIn } from '../../support/values/instances.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { RunEnd } from '../cloud/lambda.ts';
import type { Machine } from '../cloud/machine.ts';
import type { RunRecord } from './run-record.ts';

/** A target of an entry. */
export interface Named {
  hostname: string;
  id: string;
  address: Address;
}

/** An entry has an address that its instance has lost. */
interface Exposure extends Named {
  /** Epoch milliseconds of the release. */
  since: number;
  /** Epoch milliseconds from which EC2 shows it. */
  shownAt: number;
}

/** Milliseconds by which EC2's listings may lag behind an answered hint: 5 s, in whole seconds (docs/decisions/0047). */
const LAG = 4_000;

/**
 * Watches released addresses, where another customer's machine may answer. No entry may keep one longer than one reconcile after
 * the first true hint, or after the next sweep, counted from when EC2 shows the release. A run counts if it got the hint and no
 * call to the store or the region failed; earlier time is due to the weather.
 */
export class ExposureWatch {
  readonly #cloud: Cloud;
  readonly #exposures = new Map<string, Exposure>();
  /** Hostname → epoch milliseconds of the last overdue write to it. */
  readonly #lateWrites = new Map<string, number>();
  /** The longest time in milliseconds, including that due to the weather. */
  longest = 0;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A write takes effect that no run waits for. Only a later sweep has to find it. */
  noteLateWrite(hostname: string): void {
    this.#lateWrites.set(hostname, this.#cloud.timeline.now);
  }

  /** @param targets of all entries now */
  watch(targets: readonly Named[]): void {
    const { timeline, ec2 } = this.#cloud;
    const named = new Map(targets.map((target) => [`${target.id} ${nameIn(target.address)}`, target]));
    for (const [key, { id, address, since }] of this.#exposures) {
      // It may get the same address again.
      if (named.has(key) && ec2.machineOf(id)?.hasName(nameIn(address)) !== true) continue;
      this.longest = Math.max(this.longest, timeline.now - since);
      this.#exposures.delete(key);
    }
    for (const [key, target] of named) {
      const machine = ec2.machineOf(target.id);
      if (machine === undefined || this.#exposures.has(key)) continue;
      const released = ec2.released.get(nameIn(target.address))?.findLast(({ by }) => by === target.id);
      if (released === undefined || machine.hasName(nameIn(target.address))) continue;
      this.#exposures.set(key, { ...target, since: released.at, shownAt: machine.shownFrom });
    }
  }

  /** Describes an address that a run left in the store against the rule; undefined if there is none. */
  leftBy(run: RunRecord, end: RunEnd): string | undefined {
    if (end.kind !== 'done' || run.failed('kvs')) return undefined;
    const left = [...this.#exposures.values()].find((exposure) => this.#hadToGo(exposure, run));
    return left && `${left.hostname} has ${nameIn(left.address)}, which ${left.id} has lost`;
  }

  #hadToGo({ hostname, id, since, shownAt }: Exposure, run: RunRecord): boolean {
    const machine = this.#cloud.ec2.machineOf(id);
    if (machine === undefined || run.failed(`ec2 ${machine.source}`) || run.startedAt < shownAt) return false;
    // Without a listing there is no evidence about a vanished instance.
    if (machine.shown(this.#cloud.timeline.now) === undefined) return false;
    const lateAt = this.#lateWrites.get(hostname) ?? 0;
    if (lateAt >= since) return lateAt < run.startedAt && run.bodies.some(isSweep);
    const isHinted = run.bodies.some((body) => isSweep(body) || isHint(body, machine, since));
    return isHinted && (run.bodies.some(isSweep) || shownAt - since < LAG);
  }
}

function isSweep(body: string): boolean {
  return body.includes('"Scheduled Event"') || body.includes('"audit"');
}

/** Whether an event reports that an instance stops, dies or gets another address, at the release or later. Refused calls do not count. */
function isHint(body: string, { id, interfaceId }: Machine, since: number): boolean {
  if (body.includes('"errorCode"') || !RELEASES.test(body)) return false;
  const [, time = ''] = /"time":"([^"]+)"/.exec(body) ?? [];
  const isNamed = body.includes(`"${id}"`) || body.includes(`"${interfaceId}"`);
  return isNamed && Date.parse(time) >= Math.floor(since / 1000) * 1000;
}

const RELEASES =
  /"state":"(stopping|stopped|shutting-down|terminated)"|"(Associate|Disassociate)Address"|"UnassignIpv6Addresses"/;
