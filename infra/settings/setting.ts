/** A setting is missing, unknown, contradictory or not readable. The message says which, why and what to pass. */
export class SettingError extends Error {
  override name = 'SettingError';
}

/** One setting: how it is read, and what docs/use/configuration.md says about it. */
export interface Setting<T> {
  /** Key in the cdk context, and prop of the construct. */
  name: string;
  meaning: string;
  /** In words; absent where a setting that is not given has no effect. */
  usual?: string;
  /** What `parse` takes, as the end of the sentence "expected …". */
  expected: string;
  /** A text that `parse` takes. */
  example: string;
  /** What the construct's prop is; a string unless said otherwise. */
  prop?: 'list' | 'flag' | 'number' | 'json';
  /** The value of a text; undefined where it is not what is expected. */
  parse(text: string): T | undefined;
  /** What is wrong with a text that `parse` does not take, where `expected` alone would leave one searching. */
  fault?(text: string): string | undefined;
}

/** Values by the names of their settings, as somebody gave them. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/** How to give a setting a value, in the words of whoever has to do it. */
export type Advise = (setting: Pick<Setting<unknown>, 'name' | 'prop'>, value: string) => string;

/** For a command line; quoted where a shell needs it, so that it can be pasted. */
export const asOption: Advise = ({ name }, value) =>
  `-c ${name}=${/^[\w.,:/@-]+$/.test(value) ? value : `'${value}'`}`;

/** For the props of the construct. */
export const asProp: Advise = ({ name, prop }, value) => {
  const isLiteral = prop === 'flag' || prop === 'number' || prop === 'json';
  if (isLiteral) return `${name}: ${value}`;
  const items = prop === 'list' ? value.split(',') : [value];
  const quoted = items.map((item) => `'${item}'`).join(', ');
  return `${name}: ${prop === 'list' ? `[${quoted}]` : quoted}`;
};

/**
 * The value of a setting, or undefined when it is not given.
 *
 * Command lines give text; cdk.json and props may give booleans, numbers, lists and objects. An empty text is an
 * unset variable of somebody's script: refused.
 *
 * @throws SettingError
 */
export function readSetting<T>(given: GivenSettings, setting: Setting<T>, advise: Advise): T | undefined {
  const raw = given[setting.name];
  if (raw === undefined) return undefined;
  const text = asText(raw);
  const value = setting.parse(text);
  if (value !== undefined) return value;
  const fault = setting.fault?.(text);
  throw new SettingError(
    `setting ${setting.name} is "${text}"${fault === undefined ? '' : ` (${fault})`}, expected ${setting.expected}; for example ${advise(setting, setting.example)}`,
  );
}

function asText(raw: unknown): string {
  if (Array.isArray(raw) && raw.every((item) => typeof item === 'string')) return raw.join(',');
  return typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
}
