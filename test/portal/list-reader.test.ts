import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createListReader } from '../../portal/load/list-reader.ts';
import { examineListReader } from '../contracts/list-reader.ts';
import { mutated } from '../support/values/mutations.ts';
import { route, routesFile } from './site.ts';

describe('the portal', () => {
  examineListReader(async () => createListReader());

  test('refuses a damaged list with a message for people', async () => {
    onTestFinished(() => void vi.unstubAllGlobals());
    let refused = 0;
    const damaged = mutated(JSON.stringify(routesFile([route('shop.dev.example.com')])));
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        vi.stubGlobal('fetch', async () => new Response(text));
        await createListReader()().catch((error) => {
          refused += 1;
          expect(error).toMatchObject({ name: 'ListError', message: expect.stringMatching(/^(?:it|parts)/) });
        });
      }),
    );
    expect(refused).toBeGreaterThan(0);
  });
});
