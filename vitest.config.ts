import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Tests that run the built updater in a thread. aws-crt's native library cannot be used in a thread and in the main thread of one
 * process ("Failed to construct class-bound object"), so these tests have processes of their own. Elsewhere threadUpdater() refuses.
 */
const THREADS = [
  'test/e2e/**/*.test.ts',
  'test/cli/commands/{history,instances,replay}.test.ts',
  'test/cli/**/local-cloud.test.ts',
  'test/local/cloud.test.ts',
  'test/updater/bundle*.test.ts',
];

export default defineConfig({
  resolve: {
    alias: {
      // The module exists only at the edge. Tests that load edge/*.ts say what the build's constants are themselves.
      cloudfront: fileURLToPath(new URL('test/support/tools/cloudfront.ts', import.meta.url)),
    },
  },
  test: {
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: 'test/support/own-end.ts',
    reporters: ['default', './test/support/reporter.ts'],
    pool: 'forks',
    // Property tests and the simulator make much garbage that is short-lived: fewer collections find less of it alive.
    execArgv: ['--max-semi-space-size=64'],
    // A new process, with its modules, takes half a second of processor time for each file: a third of a run.
    isolate: false,
    // vitest would leave a core idle: half the machine, on two.
    maxWorkers: '100%',
    env: { NODE_NO_WARNINGS: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // A hang is what it looks for, not slowness: two cores run everything at once in CI.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    projects: [
      {
        extends: true,
        test: { name: 'threads', include: THREADS, provide: { mayRunThreads: true } },
      },
      {
        extends: true,
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...THREADS],
          provide: { mayRunThreads: false },
        },
      },
    ],
  },
});
