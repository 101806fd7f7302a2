import type { Settings } from '../settings/settings.ts';
import { parseClaim, proposeNames } from '../tags/claim.ts';
import { MOST_NAMES } from '../tags/host-tag.ts';
import { TAGS } from '../tags/tags.ts';
import type { Hostname } from '../wire/brands.ts';
import { LIMITS } from '../wire/limits.ts';

const wordsIn = (value: string) => TAGS.host.parse(value) ?? [];

/** Values of `proxy:host` in which a refused word is mended, left out or numbered. The other words stay. */
export function guessHosts(value: string, refused: string, { baseDomain }: Settings): string[] {
  const words = wordsIn(value);
  const others = words.filter((word) => word !== refused);
  const meant = proposeNames(refused, baseDomain);
  return [
    ...(meant === '' ? [] : [replaceWord(words, refused, meant)]),
    ...(others.length === 0 ? [] : [others.join(' ')]),
    replaceWord(words, refused, withNumber(refused, 2)),
  ];
}

/** The first names of a tag that has too many. */
export function firstNames(value: string): string {
  return wordsIn(value).slice(0, MOST_NAMES.tag).join(' ');
}

/** Numbers that are tried for a name that another instance has. */
const MOST_NUMBER = 99;

/**
 * The value of `proxy:host` with a free name in place of one that another instance has: `shop-2` for `shop`. Undefined if the tag does
 * not ask for the name.
 *
 * @param isFree is asked about each name in turn
 */
export function renameHost(
  value: string,
  hostname: Hostname,
  settings: Settings,
  isFree: (hostname: Hostname) => boolean,
): string | undefined {
  const claimed = (word: string) => {
    const claim = parseClaim(word, settings);
    return 'hostname' in claim ? claim.hostname : undefined;
  };
  const words = wordsIn(value);
  const word = words.find((each) => claimed(each) === hostname);
  if (word === undefined) return undefined;
  for (let number = 2; number <= MOST_NUMBER; number++) {
    const other = withNumber(word, number);
    const name = claimed(other);
    if (name !== undefined && isFree(name)) return replaceWord(words, word, other);
  }
  return undefined;
}

function replaceWord(words: readonly string[], word: string, by: string): string {
  return [...new Set(words.flatMap((each) => (each === word ? by.split(' ') : [each])))].join(' ');
}

/** `shop` becomes `shop-2`, and `*.shop.dev.example.com` becomes `*.shop-2.dev.example.com`. */
function withNumber(word: string, number: number): string {
  const [, star = '', label = '', rest = ''] = /^(\*\.)?([^.]*)(.*)$/s.exec(word) ?? [];
  const end = `-${number}`;
  return `${star}${label.slice(0, LIMITS.label - end.length).replace(/-+$/, '')}${end}${rest}`;
}
