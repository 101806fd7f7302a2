import { execFileSync } from 'node:child_process';
import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { NameSource } from '../../../cli/explain/deployed.ts';
import { InputError } from '../../../cli/input.ts';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { type DecisionRecord, printRecord } from '../../../core/journal/journal-record.ts';
import { CloudAnswerError } from '../../../local/cloud-client.ts';
import { closed, on, rule } from '../../edge/support/entries.ts';
import { A, fixture } from '../../support/values/event-fixtures.ts';
import { idOf } from '../../support/values/instances.ts';
import { app, deployedAt, explained, problemsOf, SHOP, WRITTEN } from './stand.ts';

/** The record of a run that took the name from its instance. */
const TERMINATED: DecisionRecord = {
  ...{ version: 1, at: '2026-11-23T12:03:59.000Z', deployment: 'main', requestId: 'r', attempt: 1 },
  causes: [parseFleetEvent(fixture('terminate-instances'), {})],
  ...{ outcome: 'applied', puts: [], deletes: [SHOP], problems: [], durations: { total: 1 } },
  before: [{ hostname: SHOP, state: 'live', instances: [A] }],
};

const journal = {
  name: 'journal',
  listKeys: async (prefix: string) => (prefix.includes('2026-11-23') ? ['key'] : []),
  readText: async () => printRecord(TERMINATED),
};

/** A sweep removes the name a minute after its lease has ended. */
const leased = {
  hostname: SHOP,
  state: 'live',
  instances: [A],
  expiresAt: '2026-11-23T12:03:00.000Z',
} as const;
const LEASED: DecisionRecord[] = [
  {
    ...{ ...TERMINATED, at: '2026-11-23T09:00:00.000Z', requestId: 'q', deletes: [], before: [] },
    puts: [leased],
  },
  { ...TERMINATED, causes: [parseFleetEvent({ action: 'sweep' }, {})], before: [leased] },
];

const leaseJournal = {
  name: 'journal',
  listKeys: async (prefix: string) => (prefix.includes('2026-11-23') ? ['0', '1'] : []),
  readText: async (key: string) =>
    LEASED.filter((_, at) => key === `${at}`)
      .map(printRecord)
      .join('\n'),
};

/** Names without an app, each with the problems of its deployment. */
const NAMELESS: Readonly<Record<string, Partial<NameSource>>> = {
  'a name that no instance wants': {
    readLists: async () => ({
      routes: [{ hostname: 'shop-2.dev.example.com', state: 'live', instances: [], rules: [] }],
      instances: [],
      problems: [],
    }),
  },
  'a name of which strangers may read the list': {
    readLists: async () => ({ detail: 'names', routes: [], instances: [], problems: [] }),
  },
  'a misspelt key': {
    readLists: async () => ({ routes: [], instances: [], problems: problemsOf({ 'proxy:hsot': 'shop' }) }),
  },
  'a misspelt key beside the right one': {
    readLists: async () => ({
      routes: [],
      instances: [],
      problems: problemsOf({
        'proxy:host': 'cart',
        'proxy:hsots': 'shop',
        'proxy:proty': '3000',
        'proxy:web:hsot':
          'shop blog news tickets payments invoices customers orders reports-of-the-quarter dashboards',
      }),
    }),
  },
  'a wrong value': {
    readLists: async () => ({
      routes: [],
      instances: [],
      problems: problemsOf(
        { 'proxy:host': 'shop', 'proxy:port': '80a' },
        { 'proxy:host': 'cart', 'proxy:x': '' },
      ),
    }),
  },
  'a name that a URL asks for': {
    readLists: async () => ({
      routes: [],
      instances: [],
      problems: problemsOf({ 'proxy:host': 'http://Shop.dev.example.com:8080/' }),
    }),
  },
  'a name that two instances want': {
    readLists: async () => ({
      routes: [],
      instances: [],
      problems: problemsOf(
        { 'proxy:host': 'shop' },
        { 'proxy:host': 'shop' },
        { 'proxy:host': 'Shop shop_2' },
      ),
    }),
  },
  'a name that was terminated': { journal, days: 31 },
  'a name whose lease has ended before': { journal: leaseJournal, days: 31 },
};

describe('dynamic-edge-proxy explain, of a name without an app', () => {
  test.each(Object.entries(NAMELESS))('explains %s', async (name, more) => {
    vi.setSystemTime('2026-11-23T13:00:00Z');
    onTestFinished(() => void vi.useRealTimers());
    const { out, ...rest } = await explained(deployedAt('domain', {}, more), 'shop');
    expect(rest).toEqual({ code: 1, err: '' });
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    await expect(`${out}\n`).toMatchFileSnapshot(`../../golden/explain/${name.replaceAll(' ', '-')}.txt`);
  });

  test('names the route with a wrong tag, of a path that no route serves', async () => {
    const problems = problemsOf({
      ...{ 'proxy:host': 'shop', 'proxy:path': '/api' },
      ...{ 'proxy:web:host': 'shop', 'proxy:web:port': '80a' },
    });
    const readLists = async () => ({ routes: [], instances: [], problems });
    const api = app(1, { rules: [rule('/api', { to: [on(0)] })] });
    const { out } = await explained(deployedAt('domain', { [SHOP]: api }, { readLists }), 'shop');
    expect(out).toContain('→ 404 unknown path');
    expect(out).toContain(`$ dynamic-edge-proxy tag ${idOf(1)} proxy:web:port=80`);
  });

  test('starts an app that is asleep, although another instance wants its name', async () => {
    const asleep = {
      ...closed('asleep'),
      sequence: WRITTEN,
      instances: [{ id: idOf(1), launchedAt: WRITTEN }],
    };
    const problems = problemsOf({ 'proxy:host': 'shop' }, { 'proxy:host': 'shop' });
    const readLists = async () => ({ routes: [], instances: [], problems });
    const { out } = await explained(deployedAt('domain', { [SHOP]: asleep }, { readLists }), 'shop');
    expect(out).toContain(`$ dynamic-edge-proxy tag ${idOf(2)} proxy:host=shop-2`);
    expect(out).toContain(`$ dynamic-edge-proxy start ${idOf(1)}`);
  });

  test('prints the answer to a person who may not read the documents about names', async () => {
    const readLists = async () => {
      const facts = { name: 'AccessDenied', $fault: 'client', $metadata: {} } as const;
      throw new CloudFormationServiceException({ ...facts, message: 'not authorized' });
    };
    const { code, out, err } = await explained(deployedAt('domain', {}, { readLists }), 'shop');
    expect({ code, err }).toEqual({
      code: 1,
      err: '! cannot read why no app has the name: AccessDenied: not authorized; docs/use/explain.md lists the permissions',
    });
    expect(out).toContain('→ 404 unknown');
  });

  test.each([InputError, CloudAnswerError])(
    'prints the answer, too, if they are damaged: %o',
    async (Kind) => {
      const readLists = () => Promise.reject(new Kind('cannot unpack routes.json as gzip'));
      const { code, out, err } = await explained(deployedAt('domain', {}, { readLists }), 'shop');
      expect({ code, err }).toEqual({
        code: 1,
        err: '! cannot read why no app has the name: cannot unpack routes.json as gzip',
      });
      expect(out).toContain('→ 404 unknown');
    },
  );

  test('shows a bug as what it is', async () => {
    const readLists = () => Promise.reject(new TypeError('x is not a function'));
    await expect(explained(deployedAt('domain', {}, { readLists }), 'shop')).rejects.toThrow(TypeError);
  });

  test('suggests no command with a control character of a tag', async () => {
    const readLists = async () => ({
      routes: [],
      instances: [],
      problems: problemsOf({ 'proxy:hsot': 'shop \u001b[2J' }),
    });
    const { out } = await explained(deployedAt('domain', {}, { readLists }), 'shop');
    expect(out).toContain('`proxy:hsot` is');
    expect(out).not.toContain('$ ');
    expect(out).not.toContain('\u001b');
  });

  test('prints a long command in lines that a shell joins again', async () => {
    const value = `${'payments invoices customers '.repeat(4)}orders`;
    const readLists = async () => ({
      routes: [],
      instances: [],
      problems: problemsOf({ 'proxy:hsot': 'shop', 'proxy:web:hsot': value }),
    });
    const { out } = await explained(deployedAt('domain', {}, { readLists }), 'invoices');
    const [, command = ''] = /\$ dynamic-edge-proxy (tag[^$]*)\n {2}change/s.exec(out) ?? [];
    const words = execFileSync('sh', ['-c', `printf '%s\n' ${command}`], { encoding: 'utf8' });
    expect(words.split('\n')).toContain(`proxy:web:host=${value}`);
  });
});
