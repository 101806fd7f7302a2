import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseRoutesFile } from '../../core/journal/routes-file.ts';
import { runningApp } from '../support/stands/batches.ts';
import { startBundle } from '../support/tools/bundle.ts';

/** Everything that the built updater puts into the site bucket, for two apps of which one has a problem. */
async function published(variables: Record<string, string>) {
  const { aws, sweep } = await startBundle(variables);
  aws.instances = [runningApp(1, 'shop'), runningApp(2, 'shop')];
  await sweep();
  aws.instances = [runningApp(1, 'shop'), runningApp(2, 'shop'), runningApp(3, 'docs')];
  await sweep();
  const folder = join(aws.buckets, 'site');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return new Map(
    files.map(({ name, parentPath }) => {
      const body = readFileSync(join(parentPath, name));
      return [name, String(body[0] === 0x1f ? gunzipSync(body) : body)] as const;
    }),
  );
}

describe('the documents of the updater bundle', () => {
  test('name no instance and no problem where everybody may read them', async () => {
    const documents = await published({ PORTAL_DETAIL: 'names' });
    const list = parseRoutesFile(documents.get('routes.json') ?? '');
    expect(list).toMatchObject({
      ...{ detail: 'names', instances: [], problems: [] },
      routes: [
        { hostname: 'docs.dev.example.com', state: 'live' },
        { hostname: 'shop.dev.example.com', state: 'live' },
      ],
    });
    for (const [name, text] of documents) expect(text, name).not.toMatch(/i-0|123456789012|proxy:/);
  });

  test('name instances and problems elsewhere', async () => {
    const documents = await published({});
    expect([...documents.values()].join('\n')).toMatch(/"i-0[\s\S]*proxy:host/);
  });
});
