import type { AccessFile } from '../../core/entry/access-file.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { WILDCARD_STEPS } from '../../core/wire/hostname.ts';
import type { AccessTable } from './ports.ts';

/** The lookups in a file of access rules. */
export function accessTable({ sequence, epoch, hosts, signedOut }: AccessFile, apex: Hostname): AccessTable {
  return {
    sequence,
    epoch,
    accessOf: (host) => {
      const key = keysFor(host, apex).find((each) => hosts.has(each));
      return key === undefined ? undefined : hosts.get(key);
    },
    // An order counts for sign-ins of the same second as well.
    isSignedOut: (user, signedInAt) => signedInAt <= (signedOut.get(user) ?? -1),
  };
}

/** The keys that the router would read for a hostname, in its order. */
function keysFor(host: Hostname, apex: Hostname): string[] {
  const keys = [host];
  let name = host;
  for (let step = 0; step < WILDCARD_STEPS; step++) {
    name = name.slice(name.indexOf('.') + 1);
    if (!name.endsWith(`.${apex}`) && name !== apex) break;
    keys.push(`*.${name}`);
    if (name === apex) break;
  }
  return keys;
}
