import { isBits128 } from '../../../core/session/fields.ts';
import { SIGN_IN_SECONDS } from '../../../core/session/session.ts';
import { isInTime } from '../../../core/session/signed.ts';
import { type SignInState, STATE } from '../../../core/session/state.ts';
import { WHO, type Who } from '../../../core/session/who.ts';
import { redirectTo } from '../answers/answer.ts';
import { type NoticeCode, notice } from '../answers/notice.ts';
import { type Call, parameter } from '../call.ts';
import { clearCookie, cookieValues, setCookie } from '../cookies/cookies.ts';
import { apexHost, type Desk, endpointAt, seal, unseal } from '../desk.ts';
import { findWho } from '../people.ts';
import type { AccessTable, Keys } from '../ports.ts';
import { signInProof } from '../proofs.ts';
import { type FaultKind, ProviderError } from '../provider/fault.ts';
import { askingAddress, tryAgain } from './goal.ts';
import { sendOn } from './send-on.ts';

const NOTICE_OF: Readonly<Record<Exclude<FaultKind, 'again'>, NoticeCode>> = {
  cancelled: 'cancelled',
  unavailable: 'provider unavailable',
  'client refused': 'client refused',
  refused: 'sign-in failed',
};

/** On the base domain: takes the provider's answer, and remembers the person for eight hours. */
export async function callback(call: Call, desk: Desk): Promise<Response> {
  const keys = await desk.readKeys();
  const text = parameter(call, 'state');
  const opened = openState(desk, text, keys);
  if (opened === undefined)
    return notice('link not valid', call.request, {
      link: tryAgain(desk, { host: apexHost(desk), to: '/_proxy/' }),
    });
  const { state, key } = opened;
  const browser = cookieValues(call.cookies, 'browser').find(isBits128);
  // Too slow, or the cookie is lost on the way: the provider knows the person by now, so once more takes no click.
  if (browser === undefined || !isInTime(state, call.now)) return onceMore(desk, state);
  const access = await desk.readAccess();
  const asking = askingAddress(desk, keys, call, browser, state);
  try {
    const person = await desk.provider.finish(call.query, signInProof(desk, key, browser, text));
    if (typeof person === 'string')
      return notice(person, call.request, { link: { href: asking, words: 'Use another account' } });
    const { epoch } = access;
    const who: Who = { ...person, epoch, signedInAt: call.now, endsAt: call.now + SIGN_IN_SECONDS };
    const cookies = [
      setCookie('who', seal(desk, WHO, who, apexHost(desk), keys.apex), SIGN_IN_SECONDS),
      ...clearCookie('out'),
    ];
    return sendOn(call, desk, { keys, access, who, goal: state, asking, cookies });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    desk.report(error.message);
    return answerFault(call, desk, { kind: error.kind, state, keys, access, asking });
  }
}

/** The state, and the key under which it is authentic: the proofs of the sign-in are made with the same key. */
function openState(
  desk: Desk,
  text: string,
  { apex }: Keys,
): { state: SignInState; key: string } | undefined {
  for (const key of apex.accept) {
    const state = unseal(desk, STATE, text, apexHost(desk), [key]);
    if (state !== undefined) return { state, key };
  }
  return undefined;
}

/** A sign-in that the provider did not complete. */
interface Failure {
  kind: FaultKind;
  state: SignInState;
  keys: Keys;
  access: AccessTable;
  asking: string;
}

function answerFault(call: Call, desk: Desk, { kind, state, keys, access, asking }: Failure): Response {
  const again = tryAgain(desk, state);
  if (kind !== 'again') return notice(NOTICE_OF[kind], call.request, { link: again, again: again.href });
  // The back button repeats a code that is used up, and the person is signed in.
  const who = findWho(desk, call, keys, access);
  if (who !== undefined && who !== 'two people')
    return sendOn(call, desk, { keys, access, who, goal: state, asking });
  return onceMore(desk, state);
}

function onceMore(desk: Desk, { host, to, browser, round }: SignInState): Response {
  const query = { host, to, browser, round: String(round + 1) };
  return redirectTo('once more', endpointAt(desk, apexHost(desk), 'sign-in', query));
}
