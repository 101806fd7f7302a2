import type { ClosedEntry, ServingEntry, Target } from '../../../core/entry/entry.ts';
import type { Backend, ClosedState, Rule } from '../../../core/entry/rule.ts';

/** The public name of the instance `name`, so that an expected origin shows its instance. */
export function nameOf(name: string): string {
  return `ec2-${name}.compute.example.com`;
}

/** The public IPv6 name of the instance `name`. It begins with a digit, as many do. */
export function ipv6NameOf(name: string): string {
  return `0${name}-00000-00000-00000-00000.eu-west-1.ip.aws`;
}

/** The same entry, whose instances with these names are reached over IPv6. */
export function overIpv6(entry: ServingEntry, ...names: readonly string[]): ServingEntry {
  const instances = entry.instances.map((each): Target => {
    const name = names.find((one) => each.id === `i-${one}`);
    return name === undefined ? each : { ...each, address: { via: 'ipv6', name: ipv6NameOf(name) } };
  });
  return { ...entry, instances };
}

function target(name: string): Target {
  return { id: `i-${name}`, launchedAt: 1_795_436_239, address: { via: 'ipv4', name: nameOf(name) } };
}

/** A backend on the instance with this index. */
export function on(instance: number, port = 80, weight = 1): Backend {
  return { instance, port, weight };
}

/** A rule that leads to the first instance by default. */
export function rule(path: string, more: Partial<Rule> = {}): Rule {
  return { path, to: [on(0)], conditions: [], strip: false, ...more };
}

/** A live entry of instances with these names. By default every path leads to the first. */
export function live(names: string | readonly string[], more: Partial<ServingEntry> = {}): ServingEntry {
  const instances = [names].flat().map(target);
  return {
    state: 'live',
    access: 'public',
    deployment: 'main',
    sequence: 7,
    instances,
    rules: [rule('/')],
    token: '',
    ...more,
  };
}

/** A live entry whose instances share all paths, each on port 80 with its weight. */
export function pool(weights: Readonly<Record<string, number>>, more: Partial<Rule> = {}): ServingEntry {
  const to = Object.values(weights).map((weight, index) => on(index, 80, weight));
  return live(Object.keys(weights), { rules: [rule('/', { to, ...more })] });
}

/** An entry without an address. */
export function closed(state: ClosedState, more: Partial<ClosedEntry> = {}): ClosedEntry {
  return {
    state,
    access: 'public',
    deployment: 'main',
    sequence: 7,
    instances: [{ id: 'i-shop', launchedAt: 1 }],
    ...more,
  };
}
