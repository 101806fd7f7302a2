import { defineConfig } from 'vitest/config';

/** Unit and property tests only, without pages, njs, built bundles and the simulator. Each mutant starts them again. */
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts', 'test/updater/**/*.test.ts'],
    exclude: ['test/updater/bundle.test.ts'],
    setupFiles: 'test/mutants/one-seed.ts',
    env: { NODE_NO_WARNINGS: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
