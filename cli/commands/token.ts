import { deriveToken } from '../../updater/tokens/origin-tokens.ts';
import { type Command, type ParsedArguments, type Terminal, UsageError } from '../command.ts';
import { DEPLOYMENT, selectDeployment } from '../deployment.ts';
import type { OpenTokenSource, SecretStage } from '../tokens/token-source.ts';

/** What is printed, unless it is the token that the edge sends now. */
const CHOICES = ['pending', 'previous', 'next', 'rotate'] as const;

type Choice = (typeof CHOICES)[number];

/** The token by which an app knows the edge, so that the secret never has to leave the platform's hands. */
export const token: Command = {
  name: 'token',
  summary: 'Print the x-proxy-token of hostnames on AWS, for apps to compare with; one line each.',
  words: { usage: 'HOSTNAME…', missing: 'say for which hostname: shop.dev.example.com' },
  options: {
    pending: { text: 'of the version of the secret that is to come' },
    previous: { text: 'of the version before' },
    next: { text: 'that --rotate would give; changes nothing' },
    rotate: { text: 'give each hostname a new token and print that; apps take it first' },
    ...DEPLOYMENT,
  },
  async run(given, terminal) {
    // The SDK's clients take half a second: the help of this command does not need them.
    const { tokensOnAws } = await import('../tokens/aws-tokens.ts');
    return printTokens(tokensOnAws, given, terminal);
  },
};

/** The same with any secret. */
export async function printTokens(
  sourceOf: OpenTokenSource,
  given: ParsedArguments,
  terminal: Terminal,
): Promise<number> {
  const hostnames = given.words.map(parseTokenHostname);
  const [choice, another] = CHOICES.filter((each) => given.flag(each));
  if (another !== undefined)
    throw new UsageError(`--${choice} and --${another} are different tokens; ask for one`);
  const source = await sourceOf(selectDeployment(given));
  const secret = await source.secret(secretStage(choice));
  const counts = choice === 'rotate' ? await source.raise(hostnames) : await source.counts();
  const ahead = choice === 'next' ? 1 : 0;
  for (const hostname of hostnames)
    terminal.out(deriveToken(secret, hostname, (counts.get(hostname) ?? 0) + ahead));
  if (choice === 'rotate')
    terminal.err(
      'The edge sends the new tokens within three minutes; until then apps need the old ones, too.',
    );
  return 0;
}

function secretStage(choice: Choice | undefined): SecretStage {
  if (choice === 'pending') return 'AWSPENDING';
  return choice === 'previous' ? 'AWSPREVIOUS' : 'AWSCURRENT';
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOSTNAME = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$`);

/** As the store spells it: whole, in lower case, with its star; on the bare domain the label alone. */
function parseTokenHostname(text: string): string {
  const hostname = text.toLowerCase();
  if (HOSTNAME.test(hostname)) return hostname;
  throw new UsageError(
    `"${text}" is no hostname; expected one such as shop.dev.example.com or *.preview.dev.example.com`,
  );
}
