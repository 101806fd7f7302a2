import { LIMITS } from '../../core/wire/limits.ts';

/** The errors of the service's model with their HTTP statuses (KeyValueStore API reference, 2022-07-26). */
const STORE_ERRORS = {
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

/** One write. PutKey and DeleteKey are updates of one key. */
export interface StoreUpdate {
  puts?: readonly Put[];
  deletes?: readonly string[];
}

/** UTF-8 bytes that an entry adds to `TotalSizeInBytes`. */
export function entryBytes(key: string, value: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

/**
 * Throws a StoreError for an update that the service refuses whatever the store holds. The server checks the limit of 3 MB, because
 * it applies to the payload of the request.
 */
export function checkUpdate(update: StoreUpdate): void {
  const puts = update.puts ?? [];
  const deletes = update.deletes ?? [];
  checkCount(puts.length + deletes.length);
  checkDistinct([...puts.map((put) => put.key), ...deletes]);
  puts.forEach(checkPut);
  deletes.forEach(checkKey);
}

/** Throws a StoreError for a key or value that the service refuses. */
function checkPut({ key, value }: Put): void {
  checkKey(key);
  checkText(`the value of ${quote(key)}`, value);
  const bytes = Buffer.byteLength(value);
  if (bytes > LIMITS.valueBytes) {
    // The service's wording, as users of SST report it (issue 5748). Key and sizes are added.
    const rule = 'Maximum size of the value in a key value pair';
    throw quotaExceeded(`${rule}: ${quote(key)} has ${bytes} bytes, at most ${LIMITS.valueBytes} fit`);
  }
}

/** The refusal for an exceeded limit. All messages of the service begin like this. */
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

/** UTF-8 cannot encode half a surrogate pair, so such a key could not be found again. */
function checkText(what: string, text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new StoreError('ValidationException', `${what} holds half a surrogate pair; send valid Unicode`);
  }
}

function checkCount(keys: number): void {
  // The service's answer to an empty update is not known. Refusing it does not affect a careful caller.
  if (keys === 0) {
    throw new StoreError('ValidationException', 'The update names no key; send at least one put or delete');
  }
  if (keys > LIMITS.updateKeys) {
    // The service's wording (terraform-provider-aws issue 42789).
    const rule = 'Maximum key values pairs that you can update in a single API request';
    throw quotaExceeded(`${rule}: ${keys} keys, at most ${LIMITS.updateKeys} fit; split the update`);
  }
}

/** It is not documented which of two operations on one key wins, so both are refused. */
function checkDistinct(keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw new StoreError('ValidationException', `The update names ${quote(twice)} twice; name a key once`);
  }
}

/** Quotes a key and shortens a long one. */
function quote(key: string): string {
  return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key);
}
