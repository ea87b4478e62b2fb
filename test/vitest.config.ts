import { defineConfig } from 'vitest/config'

// The suites share two cores with workerd processes: few workers, long timeouts, no timed assertions.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
