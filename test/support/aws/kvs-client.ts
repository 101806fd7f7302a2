// The import has a side effect: the SDK gets its SigV4A signer.
import '@aws-sdk/signature-v4-crt';
import {
  CloudFrontKeyValueStoreClient,
  type CloudFrontKeyValueStoreClientConfig,
} from '@aws-sdk/client-cloudfront-keyvaluestore';

/** ARN and credentials for tests only. */
export const KVS_ARN =
  'arn:aws:cloudfront::123456789012:key-value-store/a1b2c3d4-5678-90ab-cdef-EXAMPLE11111';
export const KVS_CREDENTIALS = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'not-a-secret' };

/** The service's own endpoint rules. The type requires the last two values, but the signer does not use them. */
const SIGV4A = {
  name: 'sigv4a',
  signingName: 'cloudfront-keyvaluestore',
  signingRegionSet: ['*'],
  signingRegion: '*',
  properties: {},
};

/**
 * The real client with the CRT signer, for the local KeyValueStore at `origin` (`http://127.0.0.1:<port>`). Destroy it after
 * use.
 *
 * With a plain `endpoint`, the SDK would put the account id before the host: `123456789012.127.0.0.1`.
 */
export function kvsClient(
  origin: string,
  overrides: Omit<CloudFrontKeyValueStoreClientConfig, 'endpointProvider'> = {},
): CloudFrontKeyValueStoreClient {
  return new CloudFrontKeyValueStoreClient({
    region: 'us-east-1',
    credentials: KVS_CREDENTIALS,
    ...overrides,
    endpointProvider: () => ({ url: new URL(origin), properties: { authSchemes: [SIGV4A] } }),
  });
}
