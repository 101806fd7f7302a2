import { expect, test } from 'vitest';
import { addLine, emptyHour, type Hour, MOST_UNSERVED, mergeHour } from '../../../core/traffic/hour.ts';
import { logLine, servedLine, unservedLine } from '../../traffic/log-lines.ts';

function hourOf(lines: readonly string[]): Hour {
  const hour = emptyHour();
  for (const line of lines) addLine(hour, line);
  return hour;
}

test('requests, errors and bytes are counted by app, and WebSockets apart', () => {
  const { apps, unserved } = hourOf([
    servedLine('shop.dev.example.com', { 'sc-status': '200' }),
    servedLine('shop.dev.example.com', { 'sc-status': '404', 'timestamp(ms)': '1796015999000' }),
    servedLine('shop.dev.example.com', { 'sc-status': '502' }),
    servedLine('shop.dev.example.com', { 'sc-status': '000' }),
    servedLine('shop.dev.example.com', { 'cs-protocol': 'wss', 'sc-status': '101', 'sc-bytes': '500' }),
    servedLine('docs.dev.example.com'),
  ]);
  expect(apps.get('shop.dev.example.com')).toMatchObject({
    requests: 4,
    clientErrors: 1,
    serverErrors: 1,
    websockets: 1,
    bytes: 4500,
    lastAt: 1796015999000,
  });
  // The connection of a WebSocket stays open, so its time would distort the others.
  expect([...(apps.get('shop.dev.example.com')?.firstByte.values() ?? [])]).toEqual([4]);
  expect(apps.get('docs.dev.example.com')).toMatchObject({ requests: 1 });
  expect(unserved.size).toBe(0);
});

test('a request under a wildcard counts for the entry that served it, not for the name that the viewer chose', () => {
  const words = '*.preview.dev.example.com i-0123456789abcdef0 /';
  const line = (host: string) => logLine({ 'x-host-header': host, 'viewer-request-log-data': words });
  const { apps } = hourOf(['a', 'b', 'c'].map((label) => line(`${label}.preview.dev.example.com`)));
  expect([...apps].map(([name, { requests }]) => [name, requests])).toEqual([
    ['*.preview.dev.example.com', 3],
  ]);
});

test('a line that cannot be read is counted, and an empty one is not', () => {
  expect(hourOf(['{"sc-status":', '', '  ', servedLine('shop.dev.example.com')])).toMatchObject({
    unreadable: 1,
  });
});

test('a viewer who invents hostnames neither grows the sums without limit nor hides the busy names', () => {
  const invented = Array.from({ length: 20_000 }, (_, n) => unservedLine(`n${n}.dev.example.com`));
  const asleep = Array.from({ length: 3 }, () =>
    unservedLine('asleep.dev.example.com', { 'sc-status': '503' }),
  );
  const hour = emptyHour();
  mergeHour(hour, hourOf([...asleep, ...invented]));
  mergeHour(hour, hourOf([...invented, ...asleep]));
  expect(hour.unserved.size).toBe(MOST_UNSERVED);
  expect(hour.unserved.get('asleep.dev.example.com')).toMatchObject({ requests: 3, serverErrors: 3 });
  const kept = [...hour.unserved.values()].reduce((sum, { requests }) => sum + requests, 0);
  expect(kept + hour.others.requests).toBe(40_006);
});

test('more than 2,000 apps share one sum', () => {
  const hour = hourOf(Array.from({ length: 2_005 }, (_, n) => servedLine(`app${n}.dev.example.com`)));
  expect(hour.apps.size).toBe(2_000);
  expect(hour.others.requests).toBe(5);
});
