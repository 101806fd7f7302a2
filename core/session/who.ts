import type { Seconds } from '../wire/brands.ts';
import { areNumbers, cutFields, isBits128, isShortName, parseNumber, printNumber } from './fields.ts';
import type { SignedIn } from './session.ts';
import type { Kind } from './signed.ts';
import { isUser } from './user.ts';

/** The cookie of the base domain: the person as the provider described it. It opens no app by itself. */
export interface Who extends SignedIn {
  endsAt: Seconds;
  /** Whether the provider vouches for the domain of the user, so that a rule such as `*@example.com` applies. */
  isDomainVouched: boolean;
  /** Short names of the setting `groups`, sorted and each once. A group of the provider that the setting does not name is left out. */
  groups: readonly string[];
}

/** A person has at most this many groups; the setting `groups` cannot name more. */
export const MAX_GROUPS = 40;

/** `END.SIGNEDIN.EPOCH.SUBJECT.DOMAIN.GROUPS.USER`; DOMAIN is `d` or `-`, GROUPS are separated by `~`, or `-` for none. */
export const WHO: Kind<Who> = {
  word: 'who',
  letter: 'w',
  print: ({ endsAt, signedInAt, epoch, subject, isDomainVouched, groups, user }) =>
    [
      ...[endsAt, signedInAt, epoch].map(printNumber),
      subject,
      isDomainVouched ? 'd' : '-',
      groups.join('~') || '-',
      user,
    ].join('.'),
  parse: (body) => {
    const [end, start, round, subject = '', domain = '', names = '', user = ''] = cutFields(body, 6) ?? [];
    const [endsAt, signedInAt, epoch] = [parseNumber(end), parseNumber(start), parseNumber(round)];
    const groups = names === '-' ? [] : names.split('~');
    return areNumbers(endsAt, signedInAt, epoch) &&
      isBits128(subject) &&
      /^[d-]$/.test(domain) &&
      areGroups(groups) &&
      isUser(user)
      ? { endsAt, signedInAt, epoch, subject, isDomainVouched: domain === 'd', groups, user }
      : undefined;
  },
};

function areGroups(groups: readonly string[]): boolean {
  return (
    groups.length <= MAX_GROUPS &&
    groups.every((name, index) => isShortName(name) && (index === 0 || name > (groups[index - 1] ?? '')))
  );
}
