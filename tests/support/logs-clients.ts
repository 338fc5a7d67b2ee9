import { execFileSync } from 'node:child_process';

/**
 * The second version of the `aws` command, which alone has `aws logs tail`: that of PATH (on Debian the package
 * awscli), for it is in no registry. Undefined where there is none.
 */
export function awsSecondVersion(): string | undefined {
  try {
    const told = execFileSync('aws', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return told.startsWith('aws-cli/2') ? 'aws' : undefined;
  } catch {
    return undefined;
  }
}
