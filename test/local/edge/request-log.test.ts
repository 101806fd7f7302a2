import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatRequest,
  printable,
  type RequestRecord,
  wantsColour,
} from '../../../local/edge/request-log.ts';

const record: RequestRecord = {
  method: 'GET',
  host: 'shop.localhost:8080',
  target: '/cart',
  status: 200,
  reads: 1,
  milliseconds: 3.21,
  log: 'shop.localhost i-0abc /cart',
};

describe('the line of a request', () => {
  test('shows the request, the result, the responder and the cost', () => {
    expect(formatRequest(record, false)).toBe(
      'GET   shop.localhost/cart  200  shop → i-0abc  1 read  3.2 ms',
    );
  });

  test('names the app in full when its entry has another name than the host', () => {
    const line = formatRequest({ ...record, log: '*.shop.localhost i-0abc' }, false);
    expect(line).toContain('  *.shop.localhost → i-0abc  ');
  });

  test('says that a hint led the request, because the edge did not have the change yet', () => {
    const line = formatRequest({ ...record, log: 'shop.localhost i-0abc_toyik0 /' }, false);
    expect(line).toContain('  shop → i-0abc (hint)  ');
  });

  test('leaves out unknown facts, and adds errors', () => {
    const { log: _log, ...silent } = record;
    expect(formatRequest({ ...silent, status: 502, reads: 0, problem: 'connect ECONNREFUSED' }, false)).toBe(
      'GET   shop.localhost/cart  502  0 reads  3.2 ms  connect ECONNREFUSED',
    );
  });

  test('shows no code or ticket of a sign-in', () => {
    const shown = (target: string) => formatRequest({ ...record, target }, false);
    expect(shown('/_proxy/api/callback?code=c0de\n&state=5tate')).toContain('/_proxy/api/callback?...  200');
    expect(shown('/_proxy/api/me')).toContain('/_proxy/api/me  200');
    expect(shown('/cart?code=c0de')).toContain('/cart?code=c0de  200');
  });

  test('says that the viewer went away', () => {
    expect(formatRequest({ ...record, status: 0 }, false)).toContain('  gone  ');
  });

  test('colours the status by its class', () => {
    expect(formatRequest(record, true)).toContain('\u001b[32m200\u001b[39m');
    expect(formatRequest({ ...record, status: 404 }, true)).toContain('\u001b[33m404\u001b[39m');
    expect(formatRequest({ ...record, status: 503 }, true)).toContain('\u001b[31m503\u001b[39m');
  });

  test('never sends hostile bytes to the terminal', () => {
    const bytes = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(bytes, bytes, bytes, bytes, (host, target, log, problem) => {
        const line = formatRequest({ ...record, host, target, log: `${log} ${log}`, problem }, false);
        expect(line).toMatch(/^[\x20-\x7e→]*$/);
      }),
    );
  });

  test('shortens a line that is too long to read', () => {
    expect(printable('x'.repeat(8000))).toHaveLength(123);
  });
});

test('colour needs a terminal and no NO_COLOR', () => {
  expect(wantsColour({ isTTY: true }, {})).toBe(true);
  expect(wantsColour({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
  expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColour({}, {})).toBe(false);
});
