import { tokenOf } from '../updater/origin-secret.ts';
import { type Command, type Given, type Terminal, UsageError } from './command.ts';
import { DEPLOYMENT, deploymentOf } from './deployment.ts';

/** Versions of the secret, by the names of Secrets Manager. */
export type SecretStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** Where the origin secret of a deployment comes from. */
export type SecretOf = (wanted: { owner: string; homeRegion: string; stage: SecretStage }) => Promise<string>;

/** The token by which an app knows the edge, so that the secret never has to leave the platform's hands. */
export const token: Command = {
  name: 'token',
  summary: 'Print the x-proxy-token of hostnames on AWS, for apps to compare with; one line each.',
  words: { usage: 'HOSTNAME…', missing: 'say for which hostname: shop.dev.example.com' },
  options: {
    pending: { text: 'of the version of the secret that is to come' },
    previous: { text: 'of the version before' },
    ...DEPLOYMENT,
  },
  async run(given, terminal) {
    // The SDK's clients take half a second: the help of this command does not need them.
    const { secretOnAws } = await import('./aws-secrets.ts');
    return printTokens(secretOnAws, given, terminal);
  },
};

/** The same with any secret. */
export async function printTokens(secretOf: SecretOf, given: Given, terminal: Terminal): Promise<number> {
  const hostnames = given.words.map(hostnameFrom);
  if (given.flag('pending') && given.flag('previous')) {
    throw new UsageError('--pending and --previous are two versions of the secret; ask for one');
  }
  const secret = await secretOf({
    ...deploymentOf(given),
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
