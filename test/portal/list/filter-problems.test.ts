import { describe, expect, test } from 'vitest';
import { NO_FILTERS } from '../../../portal/address/address.ts';
import { describeApps } from '../../../portal/list/apps.ts';
import { filterProblems } from '../../../portal/list/filter.ts';
import { describeProblems } from '../../../portal/problems/describe-problem.ts';
import { madeList, NOW } from './made-list.ts';

const PLACE = {
  origin: 'https://dev.example.com',
  protocol: 'https:',
  hostname: 'dev.example.com',
  port: '',
};
/** Its problems: a wrong port for `payments`, which no app has, a second instance for the app `shop` of ann, and a misspelt tag. */
const list = madeList(51);
const apps = describeApps(list, new Map(), NOW, PLACE);
const problems = describeProblems(list, NOW);

describe('the problems of a filtered list', () => {
  const codesOf = (filters: Partial<typeof NO_FILTERS>) =>
    filterProblems(problems, { ...NO_FILTERS, ...filters }, apps).map(({ code }) => code);

  test('are all without a filter', () => {
    expect(codesOf({})).toEqual(['bad-value', 'name-taken', 'unknown-tag']);
  });

  test('of a state are those of the apps in that state', () => {
    expect(codesOf({ state: 'live' })).toEqual(['name-taken']);
    expect(codesOf({ state: 'asleep' })).toEqual([]);
  });

  test('of an owner are those of the apps and of the instances that the owner has', () => {
    expect(problems.map(({ owner }) => owner)).toEqual(['bob', 'chen', 'dana']);
    expect(codesOf({ owner: 'bob' })).toEqual(['bad-value']);
    expect(codesOf({ owner: 'chen' })).toEqual(['name-taken']);
    expect(codesOf({ owner: 'dana' })).toEqual(['unknown-tag']);
    expect(codesOf({ owner: 'ann' })).toEqual(['name-taken']);
    expect(codesOf({ owner: 'emeka' })).toEqual([]);
  });

  test('of an owner and a state are those of the apps that have both', () => {
    expect(codesOf({ owner: 'ann', state: 'live' })).toEqual(['name-taken']);
    expect(codesOf({ owner: 'dana', state: 'live' })).toEqual([]);
  });

  test('are found by the search within them', () => {
    expect(codesOf({ state: 'live', query: 'shop' })).toEqual(['name-taken']);
    expect(codesOf({ state: 'live', query: 'payments' })).toEqual([]);
  });
});
