import { expect, test } from 'vitest';
import { threadUpdater } from './thread-updater.ts';

test('a test that shares its process with users of aws-crt cannot run the updater in a thread', () => {
  expect(threadUpdater).toThrow(
    /thread-updater\.test\.ts runs the updater in a thread.* name the file in THREADS/,
  );
});
