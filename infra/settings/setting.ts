/** A setting is missing, unknown, contradictory or not readable. The message names the setting, the reason and a value to pass. */
export class SettingError extends Error {
  override name = 'SettingError';
}

/** One setting: its parser, and its section of docs/use/configuration.md. */
export interface Setting<T> {
  /** Key in the cdk context. */
  name: string;
  meaning: string;
  /** The default, in words; absent where a setting that is not given has no effect. */
  usual?: string;
  /** The texts that `parse` accepts, as the end of the sentence "expected …". */
  expected: string;
  /** A text that `parse` accepts. */
  example: string;
  /** How the construct's props say it; a string by the same name unless said otherwise. */
  prop?: 'list' | 'flag' | 'number' | 'json' | Prop;
  /** The value of a text; undefined for a text that is not as expected. */
  parse(text: string): T | undefined;
  /** The fault of a text that `parse` does not accept, where `expected` alone does not show it. */
  fault?(text: string): string | undefined;
}

/** A prop that is named otherwise, or that is an object of the CDK. */
export interface Prop {
  name: string;
  /** The expression for a text that the setting accepts. */
  code(text: string): string;
}

/** Values by the names of their settings, not yet parsed. */
export type GivenSettings = Readonly<Record<string, unknown>>;

type Named = Pick<Setting<unknown>, 'name' | 'prop'>;

/** How people give settings. Messages use their words. */
export interface Manner {
  word: 'setting' | 'prop';
  nameOf(setting: Named): string;
  /** The code or option for a value. */
  advise(setting: Named, text: string): string;
}

/** On a command line; quoted where a shell needs it, so that it can be pasted. */
export const OPTIONS: Manner = {
  word: 'setting',
  nameOf: ({ name }) => name,
  advise: ({ name }, text) => `-c ${name}=${/^[\w.,:/@-]+$/.test(text) ? text : `'${text}'`}`,
};

/** As props of the construct. */
export const PROPS: Manner = {
  word: 'prop',
  nameOf: ({ name, prop }) => (typeof prop === 'object' ? prop.name : name),
  advise: (setting, text) => `${PROPS.nameOf(setting)}: ${propCode(setting, text)}`,
};

function propCode({ prop }: Named, text: string): string {
  if (typeof prop === 'object') return prop.code(text);
  if (prop === 'list') return `[${quotedItems(text)}]`;
  return prop === undefined ? `'${text}'` : text;
}

/** The items of a list as arguments: `'a', 'b'`. */
export function quotedItems(text: string): string {
  return text
    .split(',')
    .map((item) => `'${item}'`)
    .join(', ');
}

/**
 * The value of a setting, or undefined when it is not given.
 *
 * Command lines give text; cdk.json and props may give booleans, numbers, lists and objects. An empty text is refused: it
 * usually comes from an unset variable in a script.
 *
 * @throws SettingError
 */
export function readSetting<T>(given: GivenSettings, setting: Setting<T>, by: Manner): T | undefined {
  const raw = given[setting.name];
  if (raw === undefined) return undefined;
  const text = asText(raw);
  const value = setting.parse(text);
  if (value !== undefined) return value;
  const fault = setting.fault?.(text);
  throw new SettingError(
    `${by.word} ${by.nameOf(setting)} is "${text}"${fault === undefined ? '' : ` (${fault})`}, expected ${setting.expected}; for example ${by.advise(setting, setting.example)}`,
  );
}

function asText(raw: unknown): string {
  if (Array.isArray(raw) && raw.every((item) => typeof item === 'string')) return raw.join(',');
  return typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
}
