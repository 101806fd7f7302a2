import { expect, test } from 'vitest';
import { describeRule } from '../../../portal/app/rules.ts';

const to = [{ instance: 0, port: 80, weight: 1 }];

test.each([
  ['/', 'Every path'],
  ['/api', '/api and below'],
  ['=/health', '/health exactly'],
])('the path %s reads: %s', (path, where) => {
  expect(describeRule({ path, to }, ['i-0a'])).toEqual({
    ...{ where, conditions: '', closed: '', notes: [] },
    to: [{ instance: 'i-0a', words: 'port 80' }],
  });
});

test('conditions are one clause', () => {
  const conditions = [
    { on: 'method', value: 'POST' },
    { on: 'header', name: 'x-canary', value: '1' },
    { on: 'query', name: 'beta', value: 'on "2"' },
  ] as const;
  expect(describeRule({ path: '/', to, conditions: [...conditions] }, ['i-0a']).conditions).toBe(
    'if the method is POST and the header x-canary is "1" and the query beta is "on \\"2\\""',
  );
});

test('backends have their share of the viewers', () => {
  const pool = [3, 1, 0].map((weight, instance) => ({ instance, port: 8080, weight }));
  expect(
    describeRule({ path: '/', to: pool }, ['i-0a', 'i-0b', 'i-0c']).to.map(({ words }) => words),
  ).toEqual(['port 8080, 3 of 4 viewers', 'port 8080, 1 of 4 viewers', 'port 8080, no new viewers']);
});

test('a closed rule has the state that closes it', () => {
  expect(describeRule({ path: '/', to: 'maintenance' }, [])).toMatchObject({
    to: [],
    closed: 'in maintenance',
  });
});

test('each further fact is a sentence', () => {
  const rule = { path: '/api', to, strip: true, certName: 'app.example.com', sticky: 'sid', timeout: 30 };
  expect(describeRule(rule, ['i-0a']).notes).toEqual([
    'The app gets the path without /api.',
    'The edge speaks https with the app, whose certificate is for app.example.com.',
    'The cookie sid keeps a viewer on one instance.',
    'The edge waits 30 s for the app.',
  ]);
});
