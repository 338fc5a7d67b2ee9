import { spawn } from 'node:child_process';
import { pythonClient } from './python-clients.js';

const REGION = 'us-east-1';
const KEY = 'test';

/** An emulator of AWS's other services, on a port of its own. */
export interface Moto {
  readonly url: string;
  /** What a program needs in its environment to use it, and nothing of the machine's own configuration. */
  readonly env: NodeJS.ProcessEnv;
  /** What a client of the SDK in this process takes. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

/** AWS's managed policies are 1,300 documents, which moto reads anew after each reset: only who needs them asks. */
export async function startMoto({ managedPolicies = false } = {}): Promise<Moto> {
  const program = pythonClient('moto_server');
  if (program === undefined) throw new Error('moto is not installed');
  const child = spawn(program, ['-H', '127.0.0.1', '-p', '0'], {
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: String(managedPolicies) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const [, found] = /Running on (http:\S+)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`moto ended:\n${text}`)));
  });
  return {
    url,
    client: { endpoint: url, region: REGION, credentials: { accessKeyId: KEY, secretAccessKey: KEY } },
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: KEY,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}
