/** What the Lambda function is told by its environment; infra/updater-function.ts is the other side of this contract. */
export interface Environment {
  owner: string;
  /** `''`: bare mode. */
  baseDomain: string;
  /** Names on the viewer certificate; without it no name has to respect one. */
  certificateNames?: readonly string[];
  keyValueStoreArn: string;
  journalBucket: string;
  siteBucket: string;
  /** Regions whose instances are routed; at least one. */
  regions: readonly [string, ...string[]];
  /** Where the KeyValueStore answers instead of AWS: the local cloud. */
  keyValueStoreEndpoint?: string;
  /** Secret behind the per-host tokens; without it no token is sent. */
  originSecret?: string;
}

/** Thrown when the function is set up wrongly: nothing may work by halves. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/** @throws EnvironmentError naming the variable, what it should hold and who sets it */
export function environmentOf(variables: Readonly<Record<string, string | undefined>>): Environment {
  const need = (name: string, what: string) => {
    const value = variables[name];
    if (value === undefined || (value === '' && name !== 'BASE_DOMAIN')) {
      throw new EnvironmentError(
        `the variable ${name} is missing; it holds ${what} and is set by the updater stack`,
      );
    }
    return value;
  };
  const [first, ...others] = need('REGIONS', 'the regions to route, separated by commas')
    .split(',')
    .map((region) => region.trim());
  const endpoint = variables['KVS_ENDPOINT'];
  const secret = variables['ORIGIN_SECRET'];
  const certificate = variables['CERTIFICATE_NAMES'];
  return {
    owner: need('OWNER', 'the id of this deployment'),
    baseDomain: need('BASE_DOMAIN', 'the base domain, or nothing in bare mode'),
    keyValueStoreArn: need('KVS_ARN', 'the ARN of the KeyValueStore'),
    journalBucket: need('JOURNAL_BUCKET', 'the name of the journal bucket'),
    siteBucket: need('SITE_BUCKET', 'the name of the bucket behind the portal'),
    regions: [first ?? '', ...others],
    ...(certificate ? { certificateNames: certificate.split(',') } : {}),
    ...(endpoint ? { keyValueStoreEndpoint: endpoint } : {}),
    ...(secret ? { originSecret: secret } : {}),
  };
}
