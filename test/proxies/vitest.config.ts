import { defineConfig } from 'vitest/config'

// Real load balancers on shared cores: one suite at a time, long timeouts, no timed assertions.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/proxies/**/*.proxy.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
})
