import { ADDRESS_CASES } from './cases/addresses.ts';
import { APEX_CASES } from './cases/apex.ts';
import { CHOOSING_CASES } from './cases/bare/choosing.ts';
import { CHOSEN_CASES } from './cases/bare/chosen.ts';
import { CONDITION_CASES } from './cases/conditions.ts';
import { HEADER_CASES } from './cases/headers.ts';
import { HOSTILE_CASES } from './cases/hostile.ts';
import { HOST_CASES } from './cases/hosts.ts';
import { NOTICE_CASES } from './cases/notices.ts';
import { PATH_CASES } from './cases/paths.ts';
import { POOL_CASES } from './cases/pools.ts';
import { SHARED_NOTICE_CASES } from './cases/shared-notices.ts';
import { ACCEPTED_CASES } from './cases/sign-in/accepted.ts';
import { ENDPOINT_CASES } from './cases/sign-in/endpoints.ts';
import { HINT_CASES } from './cases/sign-in/hints.ts';
import { PORTAL_CASES } from './cases/sign-in/portal.ts';
import { REFUSED_CASES } from './cases/sign-in/refused.ts';
import { STORE_CASES } from './cases/sign-in/store.ts';
import { TABLE_CASES } from './cases/sign-in/table.ts';
import { TOLD_CASES } from './cases/sign-in/told.ts';
import { TWO_ROUTERS_CASES } from './cases/sign-in/two-routers.ts';
import { WAITING_CASES } from './cases/sign-in/waiting.ts';
import type { Place, RouterCase } from './support/router-case.ts';

/** The table of the router's cases: every runtime gives these answers. */
export const CASES: readonly RouterCase[] = [
  ...HOST_CASES,
  ...NOTICE_CASES,
  ...SHARED_NOTICE_CASES,
  ...APEX_CASES,
  ...CHOOSING_CASES,
  ...CHOSEN_CASES,
  ...PATH_CASES,
  ...CONDITION_CASES,
  ...POOL_CASES,
  ...ADDRESS_CASES,
  ...HEADER_CASES,
  ...HOSTILE_CASES,
  ...STORE_CASES,
  ...TABLE_CASES,
  ...REFUSED_CASES,
  ...ACCEPTED_CASES,
  ...TOLD_CASES,
  ...PORTAL_CASES,
  ...ENDPOINT_CASES,
  ...TWO_ROUTERS_CASES,
  ...HINT_CASES,
  ...WAITING_CASES,
];

/** The cases of one deployment, each after its name. */
export function casesOf(place: Place): (readonly [name: string, one: RouterCase])[] {
  return CASES.filter((one) => (one.place ?? 'domain') === place).map((one) => [one.name, one]);
}
