import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

/** The options of one run of `npm run e2e:aws`. */
export interface Options {
  /** Id of the deployment. It is random, so that it differs from all others. */
  deployment: string;
  region: string;
  /** Settings of a base domain. Without them apps share the distribution's domain. */
  domain: readonly string[];
  /** `''`: the bare distribution domain. */
  baseDomain: string;
  /** Settings of sign-in at a test provider that asks for nothing. Without them the run has no sign-in. */
  signIn: readonly string[];
  /** Print the steps, and do nothing. */
  plan: boolean;
  /** Leave everything in place. The last lines say how to remove it. */
  keep: boolean;
}

const DOMAIN_FLAGS = {
  'base-domain': 'baseDomain',
  'certificate-arn': 'certificateArn',
  'hosted-zone-id': 'hostedZoneId',
  'hosted-zone-name': 'hostedZoneName',
} as const;

const SIGN_IN_FLAGS = {
  'sign-in-issuer': 'signInIssuer',
  'sign-in-client-id': 'signInClientId',
  'sign-in-secret-arn': 'signInSecretArn',
} as const;

/** A run deletes everything that it creates, so no deployment in use may have its id. */
const DEPLOYMENT = /^e2e-[a-z0-9-]{1,28}$/;

/** The command line has an option that a run cannot or must not honour. */
export class OptionsError extends Error {
  override name = 'OptionsError';
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;

const OPTIONS = {
  region: TEXT,
  deployment: TEXT,
  plan: FLAG,
  keep: FLAG,
  'base-domain': TEXT,
  'certificate-arn': TEXT,
  'hosted-zone-id': TEXT,
  'hosted-zone-name': TEXT,
  'sign-in-issuer': TEXT,
  'sign-in-client-id': TEXT,
  'sign-in-secret-arn': TEXT,
} as const;

/**
 * Reads the command line.
 *
 * @throws OptionsError
 */
export function optionsOf(args: readonly string[]): Options {
  const values = valuesOf(args);
  const domain = settingsIn(values, DOMAIN_FLAGS);
  const signIn = settingsIn(values, SIGN_IN_FLAGS);
  refuseHalf(signIn, values['base-domain']);
  const deployment = values.deployment ?? `e2e-${randomBytes(3).toString('hex')}`;
  if (!DEPLOYMENT.test(deployment)) {
    throw new OptionsError(
      `--deployment is "${deployment}", expected e2e- and letters, digits and hyphens, because the run destroys this deployment at its end`,
    );
  }
  return {
    deployment,
    region: values.region ?? process.env['AWS_REGION'] ?? 'us-east-1',
    domain,
    signIn,
    baseDomain: values['base-domain'] ?? '',
    plan: values.plan,
    keep: values.keep,
  };
}

type Values = ReturnType<typeof valuesOf>;

/** The settings of the given flags, as arguments of the CDK. */
function settingsIn(values: Values, flags: Readonly<Record<string, string>>): string[] {
  return Object.entries(flags).flatMap(([name, setting]) => {
    const value = values[name as keyof Values];
    return value === undefined ? [] : ['-c', `${setting}=${value}`];
  });
}

function refuseHalf(signIn: readonly string[], baseDomain: string | undefined): void {
  if (signIn.length === 0) return;
  const names = Object.keys(SIGN_IN_FLAGS).map((name) => `--${name}`);
  if (signIn.length < 2 * names.length || baseDomain === undefined)
    throw new OptionsError(`sign-in needs ${names.join(', ')} and --base-domain; give all of them, or none`);
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], strict: true, options: OPTIONS }).values;
  } catch (cause) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new OptionsError(
      `${cause instanceof Error ? cause.message : cause}; the options are ${known.join(', ')}`,
      {
        cause,
      },
    );
  }
}
