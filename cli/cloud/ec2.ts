import { EC2Client } from '@aws-sdk/client-ec2';
import type { CloudFile } from '../../local/state/state-folder.ts';

/** A client for EC2 of the local cloud, which accepts any key. */
export function connectEc2(cloud: CloudFile): EC2Client {
  return new EC2Client({
    region: 'us-east-1',
    endpoint: cloud.api,
    credentials: { accessKeyId: 'AKIDCLI', secretAccessKey: 'local' },
  });
}
