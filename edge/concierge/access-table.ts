import { findAccess } from '../../core/access/find-access.ts';
import type { AccessFile } from '../../core/entry/access-file.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { AccessTable } from './ports.ts';

/** The lookups in a file of access rules. */
export function accessTable({ sequence, epoch, hosts, signedOut }: AccessFile, apex: Hostname): AccessTable {
  return {
    sequence,
    epoch,
    accessOf: (host) => findAccess(hosts, host, apex),
    // An order counts for sign-ins of the same second as well.
    isSignedOut: (user, signedInAt) => signedInAt <= (signedOut.get(user) ?? -1),
  };
}
