import { existsSync } from 'node:fs';
import type { Credentials } from '../lambda/environment-variables.js';
import { configurationFiles } from './profiles.js';
import { quietSdk } from './quiet-sdk.js';

/** Who the user is to AWS, as far as their environment and profile tell; nothing is asked of the network for it. */
export interface Identity {
  /** Undefined when neither environment nor profile names one. */
  readonly region: string | undefined;
  /** The user's credentials, fresh at each call; undefined when there are none. */
  readonly credentials: () => Promise<Credentials | undefined>;
}

type Env = NodeJS.ProcessEnv;

const SIGNS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

/**
 * Finds region and credentials the way the SDK does. Without any sign of an account the SDK is not even loaded:
 * it takes longer than all else that `watch` does before it serves.
 * @param onProblem told once when there are signs of credentials and they cannot be had, such as an expired login
 */
export async function findIdentity(env: Env, onProblem: (text: string) => void): Promise<Identity> {
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined;
  const files = configurationFiles(env).some((file) => existsSync(file));
  if (!files && !SIGNS.some((name) => env[name])) return { region, credentials: async () => undefined };
  return { region: region ?? (await regionOfProfile()), credentials: credentialsOf(env, onProblem) };
}

async function regionOfProfile(): Promise<string | undefined> {
  quietSdk();
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  return new LambdaClient({}).config.region().catch(() => undefined);
}

function credentialsOf(env: Env, onProblem: (text: string) => void): () => Promise<Credentials | undefined> {
  let provider: (() => Promise<Credentials>) | undefined;
  let told = false;
  return async () => {
    try {
      provider ??= await loadProvider();
      return await provider();
    } catch (error) {
      if (!told) onProblem(credentialsProblem(env, error as Error));
      told = true;
      return undefined;
    }
  };
}

async function loadProvider(): Promise<() => Promise<Credentials>> {
  // The chain's last link asks the metadata service of an EC2 machine, which elsewhere is a wait for nothing.
  process.env['AWS_EC2_METADATA_DISABLED'] ??= 'true';
  quietSdk();
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider();
}

function credentialsProblem(env: Env, error: Error): string {
  const profile = env['AWS_PROFILE'];
  const login = profile ? `aws sso login --profile ${profile}` : 'aws sso login';
  return (
    `Functions get no AWS credentials: ${error.message.split('\n')[0]} ` +
    `(mend: ${login}, or start with --no-credentials)`
  );
}
