import { EC2Client } from '@aws-sdk/client-ec2';
import { onTestFinished } from 'vitest';
import { ec2Handler } from '../../../local/ec2/api/ec2-server.ts';
import { testFleet } from './local-fleet.ts';
import { serveOnLoopback } from './loopback.ts';

/** Credentials that are valid only in tests. */
export const CREDENTIALS = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'not-a-secret' };

/** A fleet behind the query API and a real client for it. The test controls the time; all is closed after the test. */
export async function ec2Stand() {
  const stand = testFleet();
  const server = await serveOnLoopback(ec2Handler(stand));
  onTestFinished(() => server.close());
  const client = new EC2Client({ region: 'us-east-1', endpoint: server.url, credentials: CREDENTIALS });
  onTestFinished(() => client.destroy());
  return { ...stand, ...server, client };
}
