import { defineConfig } from 'vitest/config';
import { ownTemporaryFolder } from './tests/support/temporary-folder.js';

// Four suites: `unit` is pure code, `service` needs real sockets and processes but no Rust, `program` runs crablet as a
// person does, or programs of others beside it, `rust` drives real functions that its global setup builds once into one
// shared target folder.
// Colors follow the terminal, and CI services count as one; tests read plain text.
const env = { NO_COLOR: '1' };

ownTemporaryFolder();

// Every start of a Node.js reads it and all its certificates, which is a third of the start of a small program. Tests of
// TLS name their own; npm, where it needs one, has `cafile`.
delete process.env.NODE_EXTRA_CA_CERTS;

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    // Not one less, as by itself: most tests wait for processes most of the time.
    maxWorkers: '100%',
    globalSetup: ['tests/support/temporary-folder.ts'],
    projects: [
      // No module has state that files could get from each other: modules are loaded once, not for each file.
      { test: { name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 20_000, isolate: false, env } },
      {
        test: {
          name: 'service',
          isolate: false,
          include: ['tests/*.test.ts', 'tests/service/**/*.test.ts'],
          globalSetup: ['tests/support/build-cli.ts'],
          testTimeout: 20_000,
          env,
        },
      },
      {
        test: {
          name: 'program',
          include: ['tests/program/**/*.test.ts'],
          globalSetup: ['tests/support/build-cli.ts'],
          testTimeout: 20_000,
          env,
        },
      },
      {
        test: {
          name: 'rust',
          // Cargo and functions take every processor by themselves.
          fileParallelism: false,
          include: ['tests/rust/**/*.test.ts'],
          globalSetup: ['tests/support/build-cli.ts', 'tests/support/build-functions.ts'],
          testTimeout: 240_000,
          hookTimeout: 600_000,
          env,
        },
      },
    ],
  },
});
