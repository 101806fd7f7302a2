import { deriveToken } from '../../updater/tokens/origin-tokens.ts';
import { type Command, type ParsedArguments, type Terminal, UsageError } from '../command.ts';
import { DEPLOYMENT, selectDeployment } from '../deployment.ts';
import type { OpenTokenSource, SecretStage } from '../tokens/token-source.ts';

/** The switches that select another token than the current one. */
const CHOICES = ['pending', 'previous', 'next', 'rotate'] as const;

type Choice = (typeof CHOICES)[number];

/** Prints the token by which an app recognises the edge, so that the secret itself stays with the platform team. */
export const token: Command = {
  name: 'token',
  summary: 'Print the x-proxy-token that the edge sends to the app of each hostname on AWS, one a line.',
  words: { usage: 'HOSTNAME…', missing: 'the hostname is missing; for example: shop.dev.example.com' },
  options: {
    pending: { text: 'print the token of the pending secret version' },
    previous: { text: 'print the token of the previous secret version' },
    next: { text: 'print the token that --rotate would create; changes nothing' },
    rotate: { text: 'create a new token for each hostname and print it; apps must accept it first' },
    ...DEPLOYMENT,
  },
  async run(given, terminal) {
    // Loading the SDK takes half a second, and the help does not need it.
    const { tokensOnAws } = await import('../tokens/aws-tokens.ts');
    return printTokens(tokensOnAws, given, terminal);
  },
};

/** Prints tokens from any source. */
export async function printTokens(
  sourceOf: OpenTokenSource,
  given: ParsedArguments,
  terminal: Terminal,
): Promise<number> {
  const hostnames = given.words.map(parseTokenHostname);
  const [choice, another] = CHOICES.filter((each) => given.flag(each));
  if (another !== undefined)
    throw new UsageError(`--${choice} and --${another} select different tokens; give one of them`);
  const source = await sourceOf(selectDeployment(given));
  const secret = await source.secret(secretStage(choice));
  const counts = choice === 'rotate' ? await source.raise(hostnames) : await source.counts();
  const ahead = choice === 'next' ? 1 : 0;
  for (const hostname of hostnames)
    terminal.out(deriveToken(secret, hostname, (counts.get(hostname) ?? 0) + ahead));
  if (choice === 'rotate')
    terminal.err(
      'The edge sends the new tokens within three minutes. Until then, apps must accept the old ones too.',
    );
  return 0;
}

function secretStage(choice: Choice | undefined): SecretStage {
  if (choice === 'pending') return 'AWSPENDING';
  return choice === 'previous' ? 'AWSPREVIOUS' : 'AWSCURRENT';
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOSTNAME = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$`);

/** A hostname as the store spells it: full and in lower case. A wildcard has its star; bare mode has the label alone. */
function parseTokenHostname(text: string): string {
  const hostname = text.toLowerCase();
  if (HOSTNAME.test(hostname)) return hostname;
  throw new UsageError(
    `"${text}" is not a hostname; expected one such as shop.dev.example.com or *.preview.dev.example.com`,
  );
}
