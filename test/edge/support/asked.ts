import { hash } from '../../../cli/explain/answer.ts';
import { findIn } from '../../../core/explain/lookup.ts';
import type { Place, Question } from '../../../core/explain/question.ts';
import { toSeconds } from '../../../core/time.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { isMac } from '../../support/values/session/session-values.ts';
import { eventOf, PLACES, type RouterCase, storeOf } from './router-case.ts';

/** The case as a question for `explain`. */
export function questionOf(one: RouterCase): Question {
  const place: Place = PLACES[one.place ?? 'domain'];
  const store = storeOf(one);
  const read = (key: string) => (Object.hasOwn(store, key) ? store[key] : undefined);
  const { request, viewer } = eventOf(one);
  const query = request.rawQueryString?.();
  return {
    place,
    request: { ...request, query },
    viewer: viewer.ip,
    now: toSeconds(Date.now()),
    find: (key) => findIn(read(key)),
    hash,
    keys: { value: read(KEYS_KEY) ?? '', isMac },
  };
}
