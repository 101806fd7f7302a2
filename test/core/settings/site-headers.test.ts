import { expect, test } from 'vitest';
import { siteHeaders } from '../../../core/settings/site-headers.ts';

test('our own pages run only scripts of their host and the one with this hash, and cannot be framed', () => {
  const headers = siteHeaders('sha256-abc');
  expect(headers['content-security-policy']).toMatch(
    /^script-src 'self' 'sha256-abc'; .*frame-ancestors 'none'$/,
  );
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
});
