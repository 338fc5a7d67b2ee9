import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/** What a test that needs a Python client is skipped for: `describe.skipIf(!pythonClient('aws'))`. */
export const WITHOUT_PYTHON_CLIENTS = 'the Python clients are missing: ./test installs them into .tools/venv';

/** Path of a program of tests/requirements.txt, or undefined where ./test has not installed them. */
export function pythonClient(name: 'python' | 'aws' | 'cargo-lambda' | 'moto_server'): string | undefined {
  const program = join(packageRoot(), '.tools', 'venv', 'bin', name);
  return existsSync(program) ? program : undefined;
}
