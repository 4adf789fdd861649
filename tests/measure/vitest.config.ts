import { defineConfig } from 'vitest/config';

/** Measurements: run by hand, they assert little and print figures. */
export default defineConfig({
  test: {
    include: ['measure/**/*.measure.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    reporters: [['default', { summary: false }]],
  },
});
