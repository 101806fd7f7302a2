import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: {
      // The module exists only at the edge. Tests that load edge/*.ts say what the build's constants are themselves.
      cloudfront: fileURLToPath(new URL('test/support/tools/cloudfront.ts', import.meta.url)),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    reporters: ['default', './test/support/reporter.ts'],
    pool: 'forks',
    // vitest would leave a core idle: half the machine, on two.
    maxWorkers: '100%',
    env: { NODE_NO_WARNINGS: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // A hang is what it looks for, not slowness: two cores run everything at once in CI.
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
