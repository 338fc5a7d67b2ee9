import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import { CloudError } from '../../deploy/cloud.js';
import { checkedEndpoint } from '../checked-endpoint.js';
import { missingProfile } from '../profiles.js';
import { quietSdk } from '../quiet-sdk.js';
import { noting, type Service } from './actions.js';

/** Where to, and as whom; what is left out is as the SDK finds it: environment, profile, SSO, the machine's role. */
export interface CloudOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** How often a call that was throttled or lost is made again. */
  readonly retryAttempts?: number | undefined;
}

/** Throttling is answered by waiting longer each time (SDK, standard mode: up to 20 s), so this is about a minute. */
const RETRIES = 6;
/** Not of the whole request: an upload may take long. */
const PATIENCE = { connectionTimeout: 5_000, socketTimeout: 60_000 };

interface Settings {
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly maxAttempts: number;
  readonly requestHandler: typeof PATIENCE;
}

type Middleware = ReturnType<typeof noting>;

interface Client {
  destroy(): void;
  readonly middlewareStack: {
    add(middleware: Middleware, options: { step: 'initialize'; name: string }): void;
  };
}

/** Loads what every deploy needs of the SDK, which takes the processor a while. */
export async function loadSdk(): Promise<void> {
  quietSdk();
  await import('@aws-sdk/client-sts');
  await import('@aws-sdk/client-lambda');
  await import('@aws-sdk/client-iam');
  await import('@aws-sdk/client-cloudwatch-logs');
  await import('@aws-sdk/client-eventbridge');
}

/** The SDK's clients, each loaded when it is needed first. */
export class Clients {
  readonly options: CloudOptions;
  private readonly settings: Settings;
  private readonly made = new Map<Service, Promise<Client>>();

  constructor(options: CloudOptions) {
    quietSdk();
    this.options = options;
    this.settings = settingsOf(options);
  }

  lambda(): Promise<LambdaClient> {
    return this.client('lambda', async () => {
      const { LambdaClient: Client } = await import('@aws-sdk/client-lambda');
      return new Client(this.settings);
    });
  }

  iam(): Promise<IAMClient> {
    return this.client('iam', async () => {
      const { IAMClient: Client } = await import('@aws-sdk/client-iam');
      return new Client(this.settings);
    });
  }

  logs(): Promise<CloudWatchLogsClient> {
    return this.client('logs', async () => {
      const { CloudWatchLogsClient: Client } = await import('@aws-sdk/client-cloudwatch-logs');
      return new Client(this.settings);
    });
  }

  s3(): Promise<S3Client> {
    return this.client('s3', async () => {
      const { S3Client: Client } = await import('@aws-sdk/client-s3');
      const { env, endpointUrl } = this.options;
      // A host of one's own has no name for each bucket.
      const own = endpointUrl ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
      return new Client({ ...this.settings, forcePathStyle: own !== undefined });
    });
  }

  sts(): Promise<STSClient> {
    return this.client('sts', async () => {
      const { STSClient: Client } = await import('@aws-sdk/client-sts');
      return new Client(this.settings);
    });
  }

  events(): Promise<EventBridgeClient> {
    return this.client('events', async () => {
      const { EventBridgeClient: Client } = await import('@aws-sdk/client-eventbridge');
      return new Client(this.settings);
    });
  }

  cloudwatch(): Promise<CloudWatchClient> {
    return this.client('cloudwatch', async () => {
      const { CloudWatchClient: Client } = await import('@aws-sdk/client-cloudwatch');
      return new Client(this.settings);
    });
  }

  close(): void {
    for (const client of this.made.values()) {
      client.then(
        (one) => one.destroy(),
        () => {},
      );
    }
    this.made.clear();
  }

  /** Where a profile is not there, the SDK speaks of a region, or of credentials. */
  private readonly naming =
    <A, R>(next: (args: A) => Promise<R>) =>
    async (args: A): Promise<R> => {
      try {
        return await next(args);
      } catch (error) {
        const { env, profile = env['AWS_PROFILE'] } = this.options;
        const answered = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        const missing = profile && answered === undefined ? missingProfile(env, profile) : undefined;
        throw missing === undefined ? error : new CloudError('no-profile', missing);
      }
    };

  private client<C extends Client>(service: Service, make: () => Promise<C>): Promise<C> {
    const known = this.made.get(service) as Promise<C> | undefined;
    if (known) return known;
    const made = make().then((client) => {
      client.middlewareStack.add(noting(service), { step: 'initialize', name: 'notesTheAction' });
      client.middlewareStack.add(this.naming, { step: 'initialize', name: 'namesTheProfile' });
      return client;
    });
    this.made.set(service, made);
    return made;
  }
}

function settingsOf({ env, profile, region, endpointUrl, retryAttempts }: CloudOptions): Settings {
  const endpoint = checkedEndpoint(endpointUrl, 'http://127.0.0.1:9000');
  const local = endpoint !== undefined && isLoopback(endpoint) && !env['AWS_ACCESS_KEY_ID'] && !profile;
  return {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // The local service asks nobody who they are: an account of AWS's is not needed to deploy to it.
    ...(local && !env['AWS_PROFILE'] && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    ...(local && region === undefined && !namesRegion(env) && { region: 'us-east-1' }),
    maxAttempts: (retryAttempts ?? RETRIES) + 1,
    requestHandler: PATIENCE,
  };
}

function namesRegion(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || env['AWS_PROFILE']);
}

function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
