import { openCloud } from '../aws/deploy/cloud.js';
import { CloudError } from '../deploy/cloud.js';
import type { Account } from '../deploy/desired.js';
import { deployerPolicy } from '../deploy/print-policy.js';
import { deploySettings } from '../project/deploy-settings.js';
import type { DeployValues } from '../project/keys.js';
import { type CliContext, note, print } from './context.js';
import { checkDeployOptions, type DeployOptions } from './deploy-options.js';
import { loadForDeploy } from './deploy-plans.js';

/** Prints what whoever deploys the project has to be allowed. Nothing is built, and only the account is asked for. */
export async function printPolicy(
  name: string | undefined,
  options: DeployOptions,
  context: CliContext,
): Promise<void> {
  checkDeployOptions(options);
  const { project } = await loadForDeploy(name, options, context);
  const account = await accountOf(project.settings.deploy, context);
  print(context, deployerPolicy(project.functions.map(deploySettings), account));
}

/** Who writes a policy may have no credentials of the account it is for. */
async function accountOf(deploy: DeployValues, context: CliContext): Promise<Account> {
  const { env } = context;
  const cloud = openCloud({
    env,
    profile: deploy.profile,
    region: deploy.region,
    endpointUrl: deploy.endpoint_url,
    retryAttempts: deploy.retry_attempts,
  });
  try {
    return await cloud.account();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    note(context, `Which account this is for is not known (${error.message}): an asterisk stands for it.`);
    const region = deploy.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '*';
    return { partition: 'aws', id: '*', region };
  } finally {
    cloud.close();
  }
}
