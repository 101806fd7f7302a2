import { type Order, PASS_DAYS } from '../../core/sign-in/order.ts';
import { PASS_MADE, PASS_REVOKED, PASSES_LISTED } from '../../core/sign-in/order-answer.ts';
import { type Command, type ParsedArguments, type Terminal, UsageError } from '../command.ts';
import { giveOrder, type SendOrder } from './give-order.ts';
import { openUpdater, UPDATER } from './open-updater.ts';

/** Makes, lists and revokes passes, with which programs open hostnames that people have to sign in to. */
export const pass: Command = {
  name: 'pass',
  summary: 'Make a pass with which a program opens one hostname without signing in; list or revoke passes.',
  words: { usage: '[NAME]', most: 1 },
  options: {
    for: {
      value: 'PROGRAM',
      text: 'the program that gets the pass, such as ci; apps see pass:ci as the user',
    },
    days: {
      value: 'N',
      text: 'days until the pass ends',
      fallback: '30',
      range: [PASS_DAYS.least, PASS_DAYS.most],
    },
    list: { text: 'list the passes that have not ended' },
    revoke: { value: 'ID', text: 'revoke a pass; the edge refuses it within two minutes' },
    ...UPDATER,
  },
  async run(given, terminal) {
    const order = chooseOrder(given);
    return carryOut(await openUpdater(given), order, terminal);
  },
};

type PassOrder = Exclude<Order, { action: 'sign-out' }>;

/** The order of a command line. */
export function chooseOrder(given: ParsedArguments): PassOrder {
  const [host] = given.words;
  const id = given.text('revoke');
  const program = given.text('for');
  const isMaking = host !== undefined || program !== undefined;
  if ([isMaking, id !== undefined, given.flag('list')].filter(Boolean).length > 1)
    throw new UsageError('give either a name with --for, or --revoke, or --list');
  if (id !== undefined) return { action: 'revoke', id };
  if (given.flag('list')) return { action: 'passes' };
  if (host === undefined)
    throw new UsageError('the name is missing; for example: dynamic-edge-proxy pass shop --for ci');
  if (program === undefined)
    throw new UsageError('--for is missing; name the program that gets the pass: --for ci');
  return { action: 'pass', host: host.toLowerCase(), for: program, days: given.number('days') };
}

/** Prints the pass alone, so that a script can take it. */
export async function carryOut(send: SendOrder, order: PassOrder, { out, err }: Terminal): Promise<number> {
  switch (order.action) {
    case 'pass': {
      const { pass, issued } = await giveOrder(send, order, PASS_MADE);
      out(pass);
      err(
        `Pass ${issued.id} lets ${issued.name} open ${issued.host} until ${issued.endsAt}, in the header x-proxy-pass. It is not shown again.`,
      );
      return 0;
    }
    case 'passes': {
      const { passes } = await giveOrder(send, order, PASSES_LISTED);
      for (const { id, host, name, endsAt } of passes) out(`${id}  ${endsAt}  ${host}  ${name}`);
      if (passes.length === 0) err('No pass is valid.');
      return 0;
    }
    case 'revoke': {
      const { revoked } = await giveOrder(send, order, PASS_REVOKED);
      out(`Pass ${revoked} is revoked. The edge refuses it within two minutes.`);
      return 0;
    }
    default:
      return order satisfies never;
  }
}
