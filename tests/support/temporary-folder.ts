import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';

/**
 * What others leave there: CDK's App a folder for each app that is told none, TypeScript what Node.js 22 and later keep
 * compiled, compilers that were killed what they had; vitest's own.
 */
const NOT_OURS = /^(cdk\.out.*|node-compile-cache|cc\w{6}\..+|rustc\w{6}|(?!crablet-)[\w-]{21})$/;

/** How long the reaper of what was killed at the very end may take on a busy machine. */
const PATIENCE_MS = 15_000;

/** Gives a whole run one temporary folder, inherited by every process of it, that is gone when the run is over. */
export function ownTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'crablet-tests-'));
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
}

/** Fails the run when a test, or crablet in it, has left something there. */
export default function setup(): () => Promise<void> {
  return async () => {
    const deadline = Date.now() + PATIENCE_MS;
    while (leftBehind().length > 0) {
      if (Date.now() > deadline) {
        process.stderr.write(`Left behind in the temporary folder: ${leftBehind().join(', ')}\n`);
        // What is thrown here, vitest only prints.
        process.exitCode = 1;
        return;
      }
      await passed(50);
    }
  };
}

function leftBehind(): string[] {
  return readdirSync(tmpdir()).filter((name) => !NOT_OURS.test(name));
}
