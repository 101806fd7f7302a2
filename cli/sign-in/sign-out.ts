import { parseUser, type User } from '../../core/session/user.ts';
import { SIGNED_OUT } from '../../core/sign-in/order-answer.ts';
import { type Command, type Terminal, UsageError } from '../command.ts';
import { giveOrder, type SendOrder } from './give-order.ts';
import { openUpdater, UPDATER } from './open-updater.ts';

/** Signs a person out of all apps. */
export const signOut: Command = {
  name: 'sign-out',
  summary: 'Sign a person out of all apps within an hour, or everybody at once.',
  words: { usage: 'MAIL', missing: 'the person is missing; for example: alice@example.com', most: 1 },
  options: {
    now: { text: 'sign everybody out within two minutes, this person included' },
    ...UPDATER,
  },
  async run(given, terminal) {
    const user = parsePerson(given.words[0] ?? '');
    return signPersonOut(await openUpdater(given), user, given.flag('now'), terminal);
  },
};

export function parsePerson(text: string): User {
  const user = parseUser(text);
  if (user !== undefined) return user;
  throw new UsageError(
    `"${text}" cannot be a person; expected one as apps see it, such as alice@example.com`,
  );
}

export async function signPersonOut(
  send: SendOrder,
  user: User,
  everybody: boolean,
  { out, err }: Terminal,
): Promise<number> {
  const { signedOut } = await giveOrder(send, { action: 'sign-out', user, everybody }, SIGNED_OUT);
  out(
    everybody
      ? 'Everybody is signed out within two minutes.'
      : `No session of ${signedOut} is renewed any more, so the last one ends within an hour.`,
  );
  if (!everybody) err('Check the spelling: the deployment has no list of people.');
  err(`${signedOut} can sign in again, unless the provider refuses it.`);
  return 0;
}
