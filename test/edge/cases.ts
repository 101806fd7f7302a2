import { ADDRESS_CASES } from './cases/addresses.ts';
import { APEX_CASES } from './cases/apex.ts';
import { BARE_CASES } from './cases/bare.ts';
import { CONDITION_CASES } from './cases/conditions.ts';
import { HEADER_CASES } from './cases/headers.ts';
import { HOSTILE_CASES } from './cases/hostile.ts';
import { HOST_CASES } from './cases/hosts.ts';
import { NOTICE_CASES } from './cases/notices.ts';
import { PATH_CASES } from './cases/paths.ts';
import { POOL_CASES } from './cases/pools.ts';
import { HINT_CASES } from './cases/sign-in/hints.ts';
import { TWO_ROUTERS_CASES } from './cases/sign-in/two-routers.ts';
import { WAITING_CASES } from './cases/sign-in/waiting.ts';
import { SIGN_IN_CASES } from './cases/sign-in.ts';
import type { Place, RouterCase } from './support/router-case.ts';

/** The table of the router's cases: every runtime gives these answers. */
export const CASES: readonly RouterCase[] = [
  ...HOST_CASES,
  ...NOTICE_CASES,
  ...APEX_CASES,
  ...BARE_CASES,
  ...PATH_CASES,
  ...CONDITION_CASES,
  ...POOL_CASES,
  ...ADDRESS_CASES,
  ...HEADER_CASES,
  ...HOSTILE_CASES,
  ...SIGN_IN_CASES,
  ...TWO_ROUTERS_CASES,
  ...HINT_CASES,
  ...WAITING_CASES,
];

/** The cases of one deployment, each after its name. */
export function casesOf(place: Place): (readonly [name: string, one: RouterCase])[] {
  return CASES.filter((one) => (one.place ?? 'domain') === place).map((one) => [one.name, one]);
}
