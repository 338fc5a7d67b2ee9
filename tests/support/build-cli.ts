import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/** The tests of true processes run the bundle that users get, made of the sources as they are now. */
export default function setup(): void {
  execFileSync(process.execPath, [join(packageRoot(), 'scripts', 'build.js')], { stdio: 'inherit' });
}
