import type { EC2Client } from '@aws-sdk/client-ec2';
import type { CloudFile } from '../../local/state/state-folder.ts';

type Sdk = typeof import('@aws-sdk/client-ec2');

/** Calls EC2 of the local cloud, which accepts any key. The SDK is loaded by the call, because it takes a quarter of a second. */
export async function callEc2<Answer>(
  cloud: Pick<CloudFile, 'api'>,
  call: (ec2: EC2Client, sdk: Sdk) => Promise<Answer>,
): Promise<Answer> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = new sdk.EC2Client({
    region: 'us-east-1',
    endpoint: cloud.api,
    credentials: { accessKeyId: 'AKIDCLI', secretAccessKey: 'local' },
  });
  return call(ec2, sdk);
}
