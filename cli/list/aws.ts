import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { type InstanceSummary, ownerOf } from '../../core/journal/instance-summary.ts';
import { DOCUMENTS } from '../../core/journal/site-documents.ts';
import { isSilent, parseStatusFile } from '../../core/journal/status-file.ts';
import { LAST_REQUESTS, parseLastRequests } from '../../core/traffic/last-requests.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { openSite, type SiteClients } from '../cloud/aws-site.ts';
import { readDocument, readLists, unpublished } from '../cloud/published.ts';
import type { ParsedArguments } from '../command.ts';
import { EDGE_REGION, selectDeployment } from '../deployment.ts';
import { InputError } from '../input.ts';
import type { ListedFleet } from './listed-fleet.ts';

/** The published list of a deployment on AWS, with the credentials that the SDK finds. */
export function listAws(given: ParsedArguments): Promise<ListedFleet> {
  const { deployment } = selectDeployment(given);
  const region = { region: EDGE_REGION };
  const clients = { cloudFormation: new CloudFormationClient(region), s3: new S3Client(region) };
  return listDeployment(deployment, clients, Date.now());
}

/**
 * Reads the documents that the updater publishes for the portal.
 *
 * @throws NoDeploymentError, InputError
 */
export async function listDeployment(
  deployment: string,
  clients: SiteClients,
  now: Milliseconds,
): Promise<ListedFleet> {
  const site = await openSite(deployment, clients);
  const list = await readLists(site);
  if (list === undefined) return { ...EMPTY, problems: [unpublished(`run \`${doctor(deployment)}\``)] };
  const { routes, instances: known, problems } = list;
  const found = { ...EMPTY, routes, known, problems, instances: oldestFirst(known) };
  // The other documents are details as well.
  if (list.detail === 'names') return { ...found, notes: [NAMES_ONLY] };
  const [requests, status] = await Promise.all([
    orFault(readDocument(site, LAST_REQUESTS, parseLastRequests)),
    orFault(readDocument(site, DOCUMENTS.status, parseStatusFile)),
  ]);
  const notes: string[] = [];
  if (requests instanceof InputError) notes.push(`last requests are not shown: ${requests.message}`);
  if (status instanceof InputError) notes.push(`it is not known whether the updater runs: ${status.message}`);
  else if (status !== undefined && isSilent(status, now))
    notes.push(
      `the updater has not written its status since ${status.updatedAt}, so this list may be out of date; run \`${doctor(deployment)}\``,
    );
  const lastRequests = requests instanceof InputError ? undefined : requests;
  return { ...found, lastRequests: lastRequests ?? EMPTY.lastRequests, notes };
}

const EMPTY: ListedFleet = {
  ...{ instances: [], routes: [], known: [], problems: [], lastRequests: new Map(), notes: [] },
  nothing: 'no names; tag an instance with `proxy:host` (docs/use/tags.md)',
};

const NAMES_ONLY =
  'this deployment is public and has no sign-in, so its updater publishes hostnames and states alone; for instances, owners and problems use sign-in or allowedCidrs, or open them to everybody with portal=public (docs/use/configuration.md#portal)';

const doctor = (deployment: string) => `dynamic-edge-proxy doctor --deployment ${deployment}`;

/** The order of the local list. */
function oldestFirst(known: readonly InstanceSummary[]): ListedFleet['instances'] {
  const sorted = [...known].sort((a, b) => Date.parse(a.launchedAt) - Date.parse(b.launchedAt));
  return sorted.map(({ id, state, tags }) => ({
    ...{ id, state, reasons: [] },
    owner: tags === undefined ? undefined : ownerOf([{ tags }]),
  }));
}

/** A document that the list can do without, or why it cannot be read. */
function orFault<T>(reading: Promise<T>): Promise<T | InputError> {
  return reading.catch((error: unknown) => {
    if (error instanceof InputError) return error;
    throw error;
  });
}
