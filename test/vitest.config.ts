import { defineConfig } from 'vitest/config'

/** Suites that start programs which outlive a file if it fails, or wait for whole seconds: each file by itself. */
const APART = ['browser', 'deploy', 'e2e', 'package'].map((room) => `test/${room}/**/*.test.ts`)

// The suites share two cores with workerd processes: few workers, long timeouts, no timed assertions.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    setupFiles: ['test/setup.ts'],
    projects: [
      // One process for many files: to start each anew took a third of the time of all.
      {
        extends: true,
        test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: APART, isolate: false },
      },
      { extends: true, test: { name: 'doors', include: APART } },
    ],
  },
})
