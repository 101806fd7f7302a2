import { crypto } from './modules.ts';

/** A hash that spreads texts, in hexadecimal. It keeps no secret that could be guessed. */
export function md5(text: string): string {
  return crypto.createHash('md5').update(text).digest('hex');
}
