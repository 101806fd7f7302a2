import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { TRAFFIC_FOLDER } from '../../core/traffic/day-file.ts';
import { LOG_BUCKET } from '../../local/state/state-folder.ts';
import { DEFAULT_STATE } from '../../local/state/state-home.ts';
import { type ParsedArguments, UsageError } from '../command.ts';
import { InputError } from '../input.ts';
import { bucketPlace, folderPlace, type ObjectPlace } from '../object-place.ts';

/**
 * The log bucket that a command line selects: of a deployment, of a name, a copy of it, or that of a local cloud.
 *
 * @throws UsageError, InputError, NoDeploymentError
 */
export async function selectPlace({ text }: ParsedArguments): Promise<ObjectPlace> {
  const [deployment, from, state] = [text('deployment'), text('from'), text('state')];
  const given = Object.entries({ deployment, from, state }).filter(([, value]) => value !== undefined);
  if (given.length > 1)
    throw new UsageError(
      `${given.map(([name]) => `--${name}`).join(' and ')} exclude each other; give one of them`,
    );
  if (deployment !== undefined) {
    // Loading this client takes time, and other places do not need it.
    const { findLogBucket } = await import('./aws-traffic.ts');
    return inBucket(await findLogBucket(deployment));
  }
  if (from?.startsWith('s3://')) return inBucket(from.slice('s3://'.length).replace(/\/$/, ''));
  const folder = from ?? join(state ?? DEFAULT_STATE, 's3', LOG_BUCKET);
  if (existsSync(join(folder, TRAFFIC_FOLDER))) return folderPlace(folder);
  throw new InputError(`no traffic found: ${describeMissing(folder, from !== undefined)}`);
}

function describeMissing(folder: string, isCopy: boolean): string {
  const missing = existsSync(folder)
    ? `${folder} has no folder ${TRAFFIC_FOLDER}`
    : `${folder} does not exist`;
  const remedy = isCopy
    ? `--from needs the folder that contains ${TRAFFIC_FOLDER}`
    : 'open an app of a local cloud (`npx dynamic-edge-proxy local`) and wait ten seconds, or select a deployment on AWS with --deployment ID';
  return `${missing}; ${remedy}`;
}

/** The bucket may be in any region. */
function inBucket(bucket: string): ObjectPlace {
  return bucketPlace(new S3Client({ followRegionRedirects: true }), bucket);
}
