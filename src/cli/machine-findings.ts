import { findIdentity } from '../aws/identity.js';
import type { Finding } from '../build/diagnose.js';
import { answerOf, pathOf } from '../build/find-tools.js';
import { UserError } from '../errors.js';
import { chooseIsolation } from '../local/isolation/choose.js';
import { startReaper } from '../process/reaper.js';
import type { CliContext } from './context.js';

/** What `watch`, `deploy` and the CDK need of this machine, beside what builds. */
export async function machineFindings(context: CliContext): Promise<Finding[]> {
  const [aws, cdk, credentials, isolation] = await Promise.all([
    program('AWS CLI', 'aws', context),
    program('CDK', 'cdk', context),
    awsCredentials(context),
    localIsolation(),
  ]);
  return [{ name: 'Node.js', state: 'ok', detail: process.versions.node }, aws, credentials, cdk, isolation];
}

const INSTALL: Readonly<Record<string, string>> = {
  aws: 'python3 -m pip install awscli',
  cdk: 'npm install --global aws-cdk',
};

async function program(name: string, file: string, { cwd, env, interrupted }: CliContext): Promise<Finding> {
  const search = { cwd, env, signal: interrupted };
  const path = await pathOf(file, search);
  const answer = path && (await answerOf(path, ['--version'], search));
  if (!path || answer === undefined)
    return { name, state: 'missing', detail: 'not found', fix: INSTALL[file] };
  return { name, state: 'ok', detail: `${/\d+(\.\d+)+/.exec(answer)?.[0] ?? answer} (${path})` };
}

async function awsCredentials({ env }: CliContext): Promise<Finding> {
  const problems: string[] = [];
  const { region, credentials } = await findIdentity(env, (text) => problems.push(text));
  const found = await credentials();
  const name = 'AWS account';
  if (found) return { name, state: 'ok', detail: `credentials found, region ${region ?? 'not set'}` };
  return { name, state: 'missing', detail: problems[0] ?? 'no credentials', fix: 'aws configure sso' };
}

async function localIsolation(): Promise<Finding> {
  const name = 'Isolation';
  const reaper = startReaper();
  try {
    const isolation = await chooseIsolation('auto', 'full', reaper);
    isolation.close?.();
    return { name, state: 'ok', detail: isolation.description };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, state: 'bad', detail: error.message, fix: error.fix };
  } finally {
    reaper.close();
  }
}
