import { join } from 'node:path';
import { localMends } from '../../core/explain/names/print-mend.ts';
import { readEdge } from '../../local/cloud-client.ts';
import { readPublished } from '../cloud/published.ts';
import { findRunningCloud, formatState, resolveState } from '../cloud/running-cloud.ts';
import type { ParsedArguments } from '../command.ts';
import { PROGRAM } from '../commands/help.ts';
import { folderPlace } from '../object-place.ts';
import type { Deployed } from './deployed.ts';

/** The default of `history`. */
const DAYS = 31;

/** The routers and the store of the local cloud. */
export async function openLocal(given: ParsedArguments): Promise<Deployed> {
  const { api, portal } = await findRunningCloud(given.text('state'));
  const { routers, baseDomain, deployment, distributionDomainName } = await readEdge(api, []);
  return {
    place: { baseDomain, scheme: 'http', ...(deployment === undefined ? {} : { signIn: { deployment } }) },
    routers,
    distributionDomainName,
    entrance: new URL(portal).host,
    read: async (keys) => (await readEdge(api, keys)).values,
    openNames: async () => ({
      ...{ baseDomain, days: DAYS, journal: folderPlace(join(resolveState(given), 's3/journal')) },
      readLists: () => readPublished({ api }),
    }),
    printMend: localMends(`npx ${PROGRAM}`, formatState(given)),
  };
}
