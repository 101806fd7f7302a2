import { expect, test } from 'vitest';
import { formatLogKey, parseLogKey } from '../../../core/traffic/log-key.ts';

test.each([
  'cloudfront/distributionid=E2QWRUHAPOMQZL/year=2026/month=11/day=30/hour=05/E2Q.2026-11-30-05.0a1b2c3d.gz',
  'cloudfront/E2QWRUHAPOMQZL/2026/11/30/05/E2Q.2026-11-30-05.0a1b2c3d.gz',
  'cloudfront/AWSLogs/111122223333/CloudFront/DistributionId=E2Q/year=2026/month=11/day=30/hour=05/E2Q.2026-11-30-05.0a1b2c3d.gz',
])('the key %s names the hour of a log', (key) => {
  expect(parseLogKey(key)).toEqual({ day: '2026-11-30', hour: 5, file: 'E2Q.2026-11-30-05.0a1b2c3d.gz' });
});

test.each([
  'traffic/2026-11-30.json',
  'cloudfront/',
  'cloudfront/E2Q/2026/11/30/24/a.gz',
  'cloudfront/E2Q/2026/11/30/05/',
  'other/E2Q/2026/11/30/05/a.gz',
])('the key %s is not the key of a log', (key) => {
  expect(parseLogKey(key)).toBeUndefined();
});

test('a key of the local edge is read like one of CloudFront', () => {
  const key = formatLogKey('ELOCAL', new Date('2026-11-30T05:59:59.999Z'), '0a1b2c3d');
  expect(key).toBe(
    'cloudfront/distributionid=ELOCAL/year=2026/month=11/day=30/hour=05/ELOCAL.2026-11-30-05.0a1b2c3d.gz',
  );
  expect(parseLogKey(key)).toEqual({ day: '2026-11-30', hour: 5, file: 'ELOCAL.2026-11-30-05.0a1b2c3d.gz' });
});
