import { UnavailableError } from '../reading/bounded-fetch.ts';
import { fetchSigned, type Patience } from './signed-fetch.ts';

/** The place of an object. */
export interface ObjectPlace {
  region: string;
  bucket: string;
  key: string;
}

/**
 * Reads an object of a bucket.
 *
 * @throws UnavailableError, also if the object does not exist
 */
export async function readObject(place: ObjectPlace, environment: NodeJS.ProcessEnv): Promise<string> {
  const body = await readObjectIfPresent(place, environment);
  if (body === undefined) throw new UnavailableError(`S3 answers 404 for ${place.bucket}/${place.key}`);
  return body;
}

/**
 * Reads an object of a bucket; undefined if it does not exist.
 *
 * @throws UnavailableError
 */
export async function readObjectIfPresent(
  { region, bucket, key }: ObjectPlace,
  environment: NodeJS.ProcessEnv,
  patience?: Patience,
): Promise<string | undefined> {
  // The bucket is in the path, because a local endpoint has no names below it.
  const response = await fetchSigned(
    { service: 's3', region, host: `s3.${region}.amazonaws.com`, path: `/${bucket}/${key}`, method: 'GET' },
    environment,
    patience,
  );
  if (response.status === 404) return undefined;
  if (response.status !== 200)
    throw new UnavailableError(`S3 answers ${response.status} for ${bucket}/${key}`);
  return response.text();
}
