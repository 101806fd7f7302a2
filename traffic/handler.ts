import { S3Client } from '@aws-sdk/client-s3';
import { S3Documents } from './documents.ts';
import { makeHandler } from './handle-event.ts';
import { S3Logs } from './s3-logs.ts';

function variable(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`the variable ${name} is missing; deploy the edge stack again`);
}

/** Time limits in milliseconds. Without `throwOnRequestTimeout` the SDK only warns. */
const QUICK = { connectionTimeout: 2_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

const client = new S3Client({ maxAttempts: 4, requestHandler: QUICK });

/** Lambda's entry point. It stands last because it uses the constants above while the module loads. */
export const handler = makeHandler({
  deployment: variable('DEPLOYMENT'),
  logs: new S3Logs(client, variable('LOG_BUCKET')),
  days: new S3Documents(client, variable('LOG_BUCKET')),
  site: new S3Documents(client, variable('SITE_BUCKET'), { forBrowsers: true }),
  sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  random: Math.random,
  warn: (message) => console.warn(message),
});
