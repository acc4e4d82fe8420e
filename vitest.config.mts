import { defineConfig } from 'vitest/config';

const SECONDS = 1000;

/** Three runs: `unit` needs nothing but Node, `oracle` the Linux kernel's firewalls, `editor` a VS Code and Chromium. */
export default defineConfig({
  test: {
    pool: 'threads',
    globalSetup: './test/setup.ts',
    setupFiles: './test/properties.ts',
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/oracle/**', 'test/editor/**'], isolate: false, testTimeout: 30 * SECONDS } },
      { extends: true, test: { name: 'oracle', include: ['test/oracle/**/*.test.ts'], testTimeout: 300 * SECONDS, hookTimeout: 60 * SECONDS } },
      { extends: true, test: { name: 'editor', include: ['test/editor/*.test.ts'], globalSetup: './test/editor/setup.ts', fileParallelism: false, testTimeout: 120 * SECONDS, hookTimeout: 120 * SECONDS } },
    ],
  },
});
