import { missingParameter } from '../api/ec2-error.ts';
import { requireListed } from '../instance-ids.ts';
import { unknownInterface } from '../interfaces.ts';
import type { LocalInstance } from '../local-instance.ts';
import type { Machine } from './machine.ts';

/** Milliseconds for which a terminated instance is still listed, and keeps its tags (EC2 says "gradually" for both). */
const REMEMBERED = { listed: 3_600_000, tagged: 60_000 } as const;

/** The machines of a fleet, oldest first. */
export class MachineList {
  readonly #machines = new Map<string, Machine>();

  add(machine: Machine): void {
    this.#machines.set(machine.facts.id, machine);
  }

  get(id: string): Machine | undefined {
    return this.#machines.get(id);
  }

  all(): Machine[] {
    return [...this.#machines.values()];
  }

  /** The instances as EC2 lists them. */
  instancesAt(now: number): Readonly<LocalInstance>[] {
    return this.all().map(({ facts, endedAt = now }) =>
      now - endedAt < REMEMBERED.tagged ? { ...facts } : { ...facts, tags: new Map() },
    );
  }

  /** Those with these ids. Throws EC2's error for an id that is not listed. */
  find(ids: readonly string[]): Machine[] {
    if (ids.length === 0) throw missingParameter('InstanceId');
    const named = [...new Set(ids)];
    requireListed(named, this.#machines);
    return named.flatMap((id) => this.#machines.get(id) ?? []);
  }

  /** The one that has an interface. Throws EC2's error without one. */
  findBehind(interfaceId: string): Machine {
    const machine = this.all().find(({ facts }) => facts.interfaceId === interfaceId);
    if (machine === undefined || machine.facts.state === 'terminated') throw unknownInterface(interfaceId);
    return machine;
  }

  hasIpv6(address: string): boolean {
    return this.all().some(({ facts }) => facts.ipv6.includes(address));
  }

  /** Drops those that EC2 lists no more. */
  forget(now: number): void {
    for (const [id, { endedAt = now }] of this.#machines) {
      if (now - endedAt >= REMEMBERED.listed) this.#machines.delete(id);
    }
  }
}
