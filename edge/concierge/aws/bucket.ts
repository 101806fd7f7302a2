import { Unavailable } from '../reading/bounded-fetch.ts';
import { fetchSigned } from './signed-fetch.ts';

/**
 * Reads an object of a bucket.
 *
 * @throws Unavailable, also if the object does not exist
 */
export async function readObject(
  { region, bucket, key }: { region: string; bucket: string; key: string },
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  // The bucket is in the path, because a local endpoint has no names below it.
  const response = await fetchSigned(
    { service: 's3', region, host: `s3.${region}.amazonaws.com`, path: `/${bucket}/${key}`, method: 'GET' },
    environment,
  );
  if (response.status !== 200) throw new Unavailable(`S3 answers ${response.status} for ${bucket}/${key}`);
  return response.text();
}
