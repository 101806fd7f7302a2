import { LIMITS } from '../../core/wire/limits.ts';

/** The errors in the service's model and their HTTP statuses (KeyValueStore API reference, 2022-07-26). */
export const STORE_ERRORS = {
  AccessDeniedException: 403,
  ConflictException: 409,
  InternalServerException: 500,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 402,
  ValidationException: 400,
} as const;

export type StoreErrorName = keyof typeof STORE_ERRORS;

/** A refusal of the service: `name` travels in `x-amzn-errortype`, `message` in the body. */
export class StoreError extends Error {
  override readonly name: StoreErrorName;

  constructor(name: StoreErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }

  /** HTTP status. */
  get status(): number {
    return STORE_ERRORS[this.name];
  }
}

export interface Put {
  key: string;
  value: string;
}

/** What one write asks for; PutKey and DeleteKey are updates of one key. */
export interface StoreUpdate {
  puts?: readonly Put[];
  deletes?: readonly string[];
}

/** UTF-8 bytes that an entry counts in `TotalSizeInBytes`. */
export function entryBytes(key: string, value: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

/**
 * Throws the StoreError that the service answers an update with before it looks at the store.
 *
 * The bound of 3 MB is one of the request's payload, so the server holds it: 50 keys and values that fit
 * come to 77 kB at most.
 */
export function checkUpdate(update: StoreUpdate): void {
  const puts = update.puts ?? [];
  const deletes = update.deletes ?? [];
  checkCount(puts.length + deletes.length);
  checkDistinct([...puts.map((put) => put.key), ...deletes]);
  puts.forEach(checkPut);
  deletes.forEach(checkKey);
}

/** Throws a StoreError unless the service would take this key and value. */
export function checkPut({ key, value }: Put): void {
  checkKey(key);
  checkText(`the value of ${quote(key)}`, value);
  const bytes = Buffer.byteLength(value);
  if (bytes > LIMITS.valueBytes) {
    // The service's own words, as users of SST report them (issue 5748); the key and the sizes are ours.
    const rule = 'Maximum size of the value in a key value pair';
    throw quotaExceeded(`${rule}: ${quote(key)} has ${bytes} bytes, at most ${LIMITS.valueBytes} fit`);
  }
}

/** The refusal of whatever passes a limit; the service begins all of them alike. */
export function quotaExceeded(what: string): StoreError {
  return new StoreError('ServiceQuotaExceededException', `Limit exceeded: ${what}`);
}

function checkKey(key: string): void {
  checkText('the key', key);
  const bytes = Buffer.byteLength(key);
  if (bytes === 0) {
    throw new StoreError('ValidationException', 'A key is empty; give it at least one character');
  }
  if (bytes > LIMITS.keyBytes) {
    const rule = 'Maximum size of the key in a key value pair';
    throw quotaExceeded(`${rule}: ${quote(key)} has ${bytes} bytes, at most ${LIMITS.keyBytes} fit`);
  }
}

/** UTF-8 has no code for half a surrogate pair: what cannot be written cannot be found again. */
function checkText(what: string, text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new StoreError('ValidationException', `${what} holds half a surrogate pair; send valid Unicode`);
  }
}

function checkCount(keys: number): void {
  // What the service says to an empty update nobody has reported: refusing it costs a careful caller nothing.
  if (keys === 0) {
    throw new StoreError('ValidationException', 'The update names no key; send at least one put or delete');
  }
  if (keys > LIMITS.updateKeys) {
    // The service's own words (terraform-provider-aws issue 42789).
    const rule = 'Maximum key values pairs that you can update in a single API request';
    throw quotaExceeded(`${rule}: ${keys} keys, at most ${LIMITS.updateKeys} fit; split the update`);
  }
}

/** Which of two wishes for one key would win is documented nowhere, so nobody may rely on it here. */
function checkDistinct(keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw new StoreError('ValidationException', `The update names ${quote(twice)} twice; name a key once`);
  }
}

/** Long keys are cut: a message is read by people. */
function quote(key: string): string {
  return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key);
}
