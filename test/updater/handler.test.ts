import { expect, onTestFinished, test, vi } from 'vitest';

// In the bundle a constant that is used before its definition is undefined without an error, and a client that is built with
// it has the SDK's own timeout of a quarter of an hour. The source throws instead.
test('the handler uses nothing that is defined after it', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const variables = {
    DEPLOYMENT: 'main',
    BASE_DOMAIN: 'dev.example.com',
    KVS_ARN: 'arn:aws:cloudfront::123456789012:key-value-store/00000000-0000-4000-8000-000000000000',
    JOURNAL_BUCKET: 'journal',
    SITE_BUCKET: 'site',
    QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/fleet.fifo',
    REGIONS: 'us-east-1,eu-west-1',
    READER_ROLES: 'arn:aws:iam::444455556666:role/edge-proxy-main-reader',
    ORIGIN_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:origin-AbCdEf',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { handler } = await import('../../updater/handler.ts');
  expect(handler).toBeTypeOf('function');
});
