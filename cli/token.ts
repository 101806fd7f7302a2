import { tokenOf } from '../updater/origin-secret.ts';
import { argumentsOf, type Command, type Terminal, UsageError } from './command.ts';

/** Versions of the secret, by the names of Secrets Manager. */
export type SecretStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** Where the origin secret of a deployment comes from. */
export type SecretOf = (wanted: { owner: string; homeRegion: string; stage: SecretStage }) => Promise<string>;

/** The token by which an app knows the edge, so that the secret never has to leave the platform's hands. */
export const token: Command = {
  name: 'token',
  usage: 'HOSTNAME… [--pending | --previous] [--owner ID] [--region HOME]',
  summary: 'Print the x-proxy-token of hostnames on AWS, for apps to compare with; one line each.',
  async run(args, terminal) {
    // The SDK's clients take half a second: the help of this command does not need them.
    const { secretOnAws } = await import('./aws-secrets.ts');
    return printTokens(secretOnAws, args, terminal);
  },
};

/** The same with any secret. */
export async function printTokens(
  secretOf: SecretOf,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const given = argumentsOf(args, {
    pending: { type: 'boolean' },
    previous: { type: 'boolean' },
    owner: { type: 'string' },
    region: { type: 'string' },
  });
  const hostnames = given.names.map(hostnameFrom);
  if (hostnames.length === 0) throw new UsageError('say for which hostname: shop.dev.example.com');
  if (given.flag('pending') && given.flag('previous')) {
    throw new UsageError('--pending and --previous are two versions of the secret; ask for one');
  }
  const secret = await secretOf({
    owner: given.text('owner') ?? 'main',
    homeRegion: given.text('region') ?? process.env['AWS_REGION'] ?? 'us-east-1',
    stage: given.flag('pending') ? 'AWSPENDING' : given.flag('previous') ? 'AWSPREVIOUS' : 'AWSCURRENT',
  });
  for (const hostname of hostnames) terminal.out(tokenOf(secret, hostname));
  return 0;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOSTNAME = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$`);

/** As the store spells it: whole, in lower case, with its star; on the bare domain the label alone. */
function hostnameFrom(text: string): string {
  const hostname = text.toLowerCase();
  if (HOSTNAME.test(hostname)) return hostname;
  throw new UsageError(
    `"${text}" is no hostname; expected one such as shop.dev.example.com or *.preview.dev.example.com`,
  );
}
