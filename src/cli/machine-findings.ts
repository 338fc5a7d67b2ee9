import { findIdentity } from '../aws/identity.js';
import type { Finding } from '../build/diagnose.js';
import { answerOf, pathOf } from '../build/find-tools.js';
import { Linux } from '../local/isolation/linux.js';
import type { CliContext } from './context.js';
import { isolationFindings } from './isolation-findings.js';

/** What `watch`, `deploy` and the CDK need of this machine, beside what builds. */
export async function machineFindings(context: CliContext): Promise<Finding[]> {
  const [aws, cdk, credentials, isolation] = await Promise.all([
    program('AWS CLI', 'aws', context),
    program('CDK', 'cdk', context),
    awsCredentials(context),
    localIsolation(context),
  ]);
  return [
    { name: 'Node.js', state: 'ok', detail: process.versions.node },
    aws,
    credentials,
    cdk,
    ...isolation,
  ];
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
  const name = 'AWS credentials';
  if (found) return { name, state: 'ok', detail: `found, region ${region ?? 'not set'}` };
  return { name, state: 'missing', detail: problems[0] ?? 'none', fix: 'aws configure sso' };
}

async function localIsolation({ cwd, env, interrupted: signal }: CliContext): Promise<Finding[]> {
  if (process.platform !== 'linux') {
    const detail = 'what functions may use is limited on Linux only';
    return [{ name: 'Isolation', state: 'missing', detail }];
  }
  const search = { cwd, env, signal };
  const bwrap = await pathOf('bwrap', search);
  const version = bwrap && (await answerOf(bwrap, ['--version'], search));
  return isolationFindings(await Linux.probe(), /\d+(\.\d+)+/.exec(version ?? '')?.[0]);
}
