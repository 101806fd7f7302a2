import { readFile } from 'node:fs/promises';
import type { Route } from 'playwright-core';
import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { closed, live } from '../../edge/support/entries.ts';
import { runOf } from '../../edge/support/examine.ts';
import { codeFor, eventOf, NAVIGATION, type RouterCase } from '../../edge/support/router-case.ts';
import type { Scene } from './scene.ts';

const HOST = 'shop.dev.example.com';
const NOW = '2026-11-30T12:00:00Z';

/** Two hours before: a sequence number is the time of its write, in epoch seconds. */
const sequence = Date.parse(NOW) / 1000 - 7_200;
const instances = [{ id: 'i-0aaaaaaaaaaaaaaa1', launchedAt: sequence }];

/** Each notice that viewers know, with the entry behind it. An entry with an address leads to an instance that does not answer. */
const ENTRIES: Readonly<Record<string, Entry | undefined>> = {
  asleep: closed('asleep', { sequence, instances }),
  starting: closed('starting', { sequence, instances }),
  unknown: undefined,
  unreachable: live('0aaaaaaaaaaaaaaa1', { sequence }),
  maintenance: closed('maintenance', { sequence, instances }),
  conflict: closed('conflict', { sequence, instances }),
  expired: live('0aaaaaaaaaaaaaaa1', { sequence, expiresAt: 1 }),
};

/** The pages that viewers get instead of an app, from the built router. */
export function noticeScenes(): Scene[] {
  return Object.entries(ENTRIES).map(([name, entry]) => ({
    ...{ name: `notice-${name}`, address: `https://${HOST}/cart` },
    ...(name === 'unreachable' ? {} : { now: NOW }),
    sizes: [{ width: 640, height: name === 'unreachable' ? 920 : 480 }],
    answer: (route) => answerNotice(route, entry),
    drawn: (page) => page.getByRole('link', { name: 'Why?' }).waitFor(),
  }));
}

async function answerNotice(route: Route, entry: Entry | undefined): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname.startsWith('/_proxy/errors/'))
    return route.fulfill({ path: `portal/${pathname.slice('/_proxy/'.length)}` });
  const asked: RouterCase = {
    ...{ name: HOST, expected: { status: 0 } },
    request: { uri: pathname, headers: NAVIGATION },
    ...(entry === undefined ? {} : { store: { [HOST]: entry } }),
  };
  const read = (key: string) => (key === HOST && entry !== undefined ? encodeEntry(entry) : undefined);
  const { answer } = runOf(await compileEdge(codeFor('domain', asked), { read }).run(eventOf(asked)));
  if (!('statusCode' in answer)) {
    const body = await readFile('portal/errors/unreachable.html');
    return route.fulfill({ status: 502, contentType: 'text/html; charset=utf-8', body });
  }
  const headers = Object.entries(answer.headers).map(([name, { value }]) => [name, value]);
  const body = typeof answer.body === 'object' ? answer.body.data : '';
  return route.fulfill({ status: answer.statusCode, headers: Object.fromEntries(headers), body });
}
