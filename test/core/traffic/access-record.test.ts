import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../core/schema.ts';
import { LOG_FIELDS, parseLogLine } from '../../../core/traffic/access-record.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import { logLine } from '../../traffic/log-lines.ts';

describe('a line of an access log', () => {
  test('is read by the names of its fields, whatever their order, and other fields are ignored', () => {
    const line = logLine({ 'sc-bytes': '2048', 'time-to-first-byte': '0.012' });
    const backwards = Object.fromEntries(
      Object.entries({ ...JSON.parse(line), 'a-new-field': '7' }).reverse(),
    );
    const record = parseLogLine(JSON.stringify(backwards));
    expect(record).toEqual({
      time: Date.parse('2026-11-30T05:10:00.250Z'),
      host: 'shop.dev.example.com',
      app: 'shop.dev.example.com',
      status: 200,
      bytes: 2048,
      firstByte: 12,
      startedAt: Date.parse('2026-11-30T05:10:00.229Z'),
      isWebSocket: false,
    });
    expect(parseLogLine(line)).toEqual(record);
  });

  test.each([
    ['shop.dev.example.com i-0123456789abcdef0 /', 'shop.dev.example.com'],
    ['shop.dev.example.com%20i-0123456789abcdef0%20/a%2520b', 'shop.dev.example.com'],
    ['*.shop.dev.example.com i-0123456789abcdef0 /', '*.shop.dev.example.com'],
    ['shop i-0123456789abcdef0 /', 'shop'],
    ['-', undefined],
    ['', undefined],
    ['<script> i-0 /', undefined],
    ['shop<script> i-0 /', undefined],
    ['%zz', undefined],
  ])("with the router's words %j belongs to the app %s", (words, app) => {
    const record = parseLogLine(logLine({ 'viewer-request-log-data': words }));
    expect(record instanceof Fault ? record : record.app).toBe(app);
  });

  test('of a request that a hint led has the number of the write that the edge did not have', () => {
    const words = 'shop.dev.example.com%20i-0123456789abcdef0_tp6di0%20/';
    expect(parseLogLine(logLine({ 'viewer-request-log-data': words }))).toMatchObject({
      app: 'shop.dev.example.com',
      hinted: Number.parseInt('tp6di0', 36),
    });
    expect(parseLogLine(logLine())).not.toHaveProperty('hinted');
    expect(parseLogLine(logLine({ 'time-taken': '-' }))).not.toHaveProperty('startedAt');
  });

  test('of a request that no app served has the requested hostname without port', () => {
    const line = logLine({ 'viewer-request-log-data': '-', 'x-host-header': 'Nobody.Dev.Example.com%3A443' });
    expect(parseLogLine(line)).toMatchObject({ host: 'nobody.dev.example.com' });
    expect(parseLogLine(line)).not.toHaveProperty('app');
  });

  test('with a header that is not a name has an empty hostname', () => {
    expect(parseLogLine(logLine({ 'x-host-header': '<b>%20' }))).toMatchObject({ host: '' });
    expect(parseLogLine(logLine({ 'x-host-header': '-' }))).toMatchObject({ host: '' });
  });

  test.each([
    ['wss', '101'],
    ['ws', '101'],
    ['wss', '503'],
    ['https', '101'],
  ])('with the protocol %s and the status %s is a WebSocket', (protocol, status) => {
    const line = logLine({ 'cs-protocol': protocol, 'sc-status': status });
    expect(parseLogLine(line)).toMatchObject({ isWebSocket: true });
  });

  test.each(['https', 'xws', 'wsx', '-'])('with the protocol %s is not a WebSocket', (protocol) => {
    expect(parseLogLine(logLine({ 'cs-protocol': protocol }))).toMatchObject({ isWebSocket: false });
  });

  test.each([
    {},
    { 'time-to-first-byte': '-', 'sc-bytes': '-' },
    { 'time-to-first-byte': 'x1', 'sc-bytes': '1x' },
  ])('without times or bytes has none: %j', (changes) => {
    const { 'time-to-first-byte': _first, 'sc-bytes': _bytes, ...rest } = JSON.parse(logLine());
    const record = parseLogLine(JSON.stringify({ ...rest, ...changes }));
    expect(record).toMatchObject({ bytes: 0 });
    expect(record).not.toHaveProperty('firstByte');
  });

  test('may have numbers as JSON numbers, and date and time instead of milliseconds', () => {
    const { 'timestamp(ms)': _time, ...rest } = JSON.parse(logLine());
    const line = { ...rest, date: '2026-11-30', time: '05:10:00', 'sc-status': 404, 'sc-bytes': 12 };
    expect(parseLogLine(JSON.stringify(line))).toMatchObject({
      time: Date.parse('2026-11-30T05:10:00Z'),
      status: 404,
      bytes: 12,
    });
  });

  test('of a viewer who left before an answer has the status 0', () => {
    expect(parseLogLine(logLine({ 'sc-status': '000' }))).toMatchObject({ status: 0 });
  });

  test.each([
    ['not JSON', 'it is not an object'],
    ['[]', 'it is not an object'],
    ['{}', 'timestamp(ms) is not a time'],
    [logLine({ 'timestamp(ms)': '-' }), 'timestamp(ms) is not a time'],
    [logLine({ 'timestamp(ms)': '999999999999999' }), 'timestamp(ms) is not a time'],
    [logLine({ 'sc-status': 'x' }), 'sc-status is not a number'],
    ['{"timestamp(ms)":"1","sc-status":["200"]}', 'sc-status is not a number'],
    ['{"date":"1969-12-31","time":"23:59:59","sc-status":"200"}', 'timestamp(ms) is not a time'],
  ])('that cannot be read says why: %s', (line, fault) => {
    expect(String(parseLogLine(line))).toBe(fault);
  });

  test('never throws, and yields only times, numbers and names that can be shown', () => {
    const hostile = fc.record(
      Object.fromEntries(LOG_FIELDS.map((field) => [field, fc.oneof(hostileText, fc.jsonValue())])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          hostile.map((line) => JSON.stringify(line)),
          hostileText,
        ),
        (line) => {
          const record = parseLogLine(line);
          if (record instanceof Fault) return;
          expect(new Date(record.time).toISOString()).toMatch(/^\d{4}-/);
          expect(record.bytes).toBeGreaterThanOrEqual(0);
          expect(record.host).toMatch(/^[a-z\d.-]*$/);
          expect(record.app ?? 'a').toMatch(/^(\*\.)?[a-z\d][a-z\d.-]*$/);
        },
      ),
    );
  });
});

test('no field names a viewer', () => {
  expect(
    LOG_FIELDS.filter((field) => /c-ip|forwarded|cookie|user-agent|referer|query|port/i.test(field)),
  ).toEqual([]);
});
