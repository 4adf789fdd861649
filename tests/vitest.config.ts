import { defineConfig } from 'vitest/config';

/** Folders whose tests need neither a browser nor a machine to themselves. */
const quickFolders = ['app', 'backend', 'bench', 'client', 'module', 'scripts', 'terminal'];

/** What a page comes to do, it does in far less; a loaded machine takes its time, and what hangs takes for ever. */
const patience = { expect: { poll: { timeout: 15_000 } } };

export default defineConfig({
  test: {
    // Else one processor would be left to vitest, which needs little.
    maxWorkers: '100%',
    projects: [
      ...quickFolders.map((folder) => ({
        test: {
          name: folder,
          include: [`${folder}/**/*.test.ts`],
          // A loaded machine with two cores; what hangs, hangs for longer.
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      })),
      {
        test: {
          name: 'docs',
          ...patience,
          include: ['docs/**/*.test.ts'],
          // Programs, a bundler and a browser, on a loaded machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'durability',
          include: ['durability/**/*.test.ts'],
          // 200 processes that are started and killed, one after the other.
          testTimeout: 600_000,
          hookTimeout: 60_000,
          // Two processors: more at a time would only wait for each other.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'consumers',
          ...patience,
          include: ['consumers/**/*.test.ts'],
          // Packing, installing, bundlers and a browser, on a loaded machine.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          ...patience,
          include: ['browser/**/*.test.ts'],
          // Real time passes in them: 20 s of scrolling, reconnects, a million rows to make.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One browser at a time: several would measure each other.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'firefox',
          ...patience,
          include: ['firefox/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
