import { defineConfig } from 'vitest/config';

/** One run for everything; the slow rooms (real systems, the journey) bring their own time limits. */
export default defineConfig({
  test: {
    include: ['actions/**/*.test.ts', 'scripts/**/*.test.ts', '.github/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'actions/_dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
