import type { Seconds } from '../wire/brands.ts';
import { areNumbers, cutFields, isShortName, parseNumber, printNumber } from './fields.ts';
import type { Kind } from './signed.ts';

/** The header with which a program may open one hostname. */
export interface Pass {
  endsAt: Seconds;
  /** 12 characters of base64url, by which the pass is revoked. */
  id: string;
  /** The program, as apps see it after `pass:`. */
  name: string;
}

/** A pass lasts for thirty days at most. */
export const LONGEST_PASS: Seconds = 2_592_000;

/** 12 characters of base64url: 72 bits. */
export function isPassId(text: string): boolean {
  return /^[\w-]{12}$/.test(text);
}

/** `END.ID.NAME`. */
export const PASS: Kind<Pass> = {
  word: 'pass',
  print: ({ endsAt, id, name }) => [printNumber(endsAt), id, name].join('.'),
  parse: (body) => {
    const [end, id = '', name = ''] = cutFields(body, 2) ?? [];
    const endsAt = parseNumber(end);
    return areNumbers(endsAt) && isPassId(id) && isShortName(name) ? { endsAt, id, name } : undefined;
  },
};
