import { closed } from '../../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';

const HOST = 'shop.dev.example.com';
const place = 'signIn';
const headers = NAVIGATION;

/** Pages of closed apps: which of them ask for news, and how. */
export const WAITING_CASES: readonly RouterCase[] = [
  ...(['starting', 'waking', 'maintenance', 'asleep', 'conflict'] as const).map((state): RouterCase => {
    const seconds = { starting: '2', waking: '2', maintenance: '60', asleep: '60', conflict: '60' }[state];
    const isRefreshed = state !== 'conflict';
    const script = '<script src=/_proxy/errors/wait.js></script>';
    const refresh = `<noscript><meta http-equiv=refresh content="${seconds};url=/_proxy/api/arrive?to=%2Fcart%3Fa%3D%22">`;
    return {
      place,
      name: `shows that an open app is ${state} on a page that asks for news, ${isRefreshed ? 'and refreshes through the concierge without scripts' : 'and stays without scripts'}`,
      store: { [HOST]: closed(state, { access: 'open' }) },
      request: { headers, uri: '/cart', query: 'a="' },
      expected: {
        ...{ status: 503, state, headers: { 'retry-after': seconds } },
        body: isRefreshed ? script + refresh : [script, 'http-equiv'],
      },
    };
  }),
  {
    place,
    name: 'never repeats a POST: its page neither asks nor refreshes, with sign-in',
    store: { [HOST]: closed('starting', { access: 'open' }) },
    request: { method: 'POST', headers },
    expected: { status: 503, state: 'starting', body: ['/notice.js></script>', 'wait.js', 'http-equiv'] },
  },
];
