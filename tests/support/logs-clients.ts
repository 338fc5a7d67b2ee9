import { execFileSync } from 'node:child_process';

/**
 * The second version of the `aws` command, which alone has `aws logs tail` and is in no registry: that of PATH, or the one
 * that Debian's package awscli puts below /usr/bin, where another may stand before it. Undefined where there is none.
 */
export function awsSecondVersion(): string | undefined {
  return ['aws', '/usr/bin/aws'].find((program) => versionOf(program)?.startsWith('aws-cli/2'));
}

function versionOf(program: string): string | undefined {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
