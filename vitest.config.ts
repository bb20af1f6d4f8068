import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Tests wait for servers more than they work.
    maxWorkers: 4,
    // What a file imports is loaded once a worker; no module of tests keeps state that another file would mind.
    isolate: false,
    // What only a busy machine upsets passes then; the summary names it.
    retry: 1,
  },
})
