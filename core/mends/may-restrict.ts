import type { Settings } from '../settings/settings.ts';

/** Words by which people say who may come, or that an app is closed. */
const RESTRICTING =
  /allow|auth|clos|deny|disabl|login|people|permi|priva|protect|restrict|role|secur|user|viewer/i;

/** Whether a tag that is not ours may say who may open an app: by its key, or because its value reads like an access rule. */
export function mayRestrict(key: string, value: string, { signIn }: Pick<Settings, 'signIn'>): boolean {
  const word = key.split(':').at(-1) ?? '';
  const terms = value.split(/[,;\s]+/);
  return (
    RESTRICTING.test(word) ||
    /@|(?:^|[\s,;])(?:signed-in|group[:=])/i.test(value) ||
    terms.some((term) => signIn?.groups.includes(term) === true)
  );
}
