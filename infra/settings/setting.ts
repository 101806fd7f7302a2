/** A setting is missing, unknown, contradictory or not readable. The message says which, why and what to pass. */
export class SettingError extends Error {
  override name = 'SettingError';
}

/** One setting: how it is read, and what docs/configuration.md says about it. */
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
  /** The value of a text; undefined where it is not what is expected. */
  parse(text: string): T | undefined;
}

/** Values by the names of their settings, as somebody gave them. */
export type Given = Readonly<Record<string, unknown>>;

/** Shell quotes where a value needs them, so that what a message advises can be pasted. */
export function option(name: string, value: string): string {
  return `-c ${name}=${/^[\w.,:/@-]+$/.test(value) ? value : `'${value}'`}`;
}

/**
 * The value of a setting, or undefined when it is not given.
 *
 * Command lines give text; cdk.json and props may give booleans, numbers, lists and objects. An empty text is an
 * unset variable of somebody's script: refused.
 *
 * @throws SettingError
 */
export function read<T>(given: Given, setting: Setting<T>): T | undefined {
  const raw = given[setting.name];
  if (raw === undefined) return undefined;
  const text = textOf(raw);
  const value = setting.parse(text);
  if (value !== undefined) return value;
  throw new SettingError(
    `setting ${setting.name} is "${text}", expected ${setting.expected}; for example ${option(setting.name, setting.example)}`,
  );
}

function textOf(raw: unknown): string {
  if (Array.isArray(raw) && raw.every((item) => typeof item === 'string')) return raw.join(',');
  return typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
}
