import type { TlsFiles } from '../http/tls-files.js';
import type { InvokeMode, UrlAuth } from '../local/function-settings.js';
import type { CpuName, IsolationName } from '../local/isolation/strength.js';
import type { LocalLambdaOptions } from '../local/local-lambda.js';
import type { LoadOptions } from '../project/project.js';
import type { WatchEvent } from './events.js';

export interface WatchOptions {
  /** How the project is read again when a manifest or its configuration changes. */
  readonly load: LoadOptions;
  readonly overrides: WatchOverrides;
  /** Builds once, and again only when asked. */
  readonly ignoreChanges: boolean;
  /** Goes on with the last good build when a later one fails. */
  readonly keepServing: boolean;
  /** Follows the event sources and schedules that the project is deployed with. */
  readonly triggers: boolean;
  /** Tells `invoke` where the service is. */
  readonly announce: boolean;
  readonly color: boolean;
  /** Width of the terminal that cargo draws its progress in. */
  readonly progressColumns?: number | undefined;
  /** What the local service needs beside what the project says. */
  readonly service: Pick<
    LocalLambdaOptions,
    'region' | 'credentials' | 'passedOn' | 'deliver' | 'fetchObject' | 'queues' | 'acceptedKeys' | 'traces'
  >;
  readonly onEvent: (event: WatchEvent) => void;
}

/** What a person said on the command line; it wins over what the project says. */
export interface WatchOverrides {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly dataDir?: string | undefined;
  readonly asyncRetryDelaysMs?: readonly number[] | undefined;
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeSeconds?: number | undefined;
  readonly tls?: TlsFiles | undefined;
  /** Where to look for PEM files that nobody named. */
  readonly tlsFolder?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly reservedConcurrency?: PerFunction | undefined;
  readonly provisionedConcurrency?: PerFunction | undefined;
  readonly maxConcurrency?: PerFunction | undefined;
  /** Functions wait for a debugger. */
  readonly debug?: boolean | undefined;
  readonly keepAliveSeconds?: number | undefined;
  readonly invokeMode?: InvokeMode | undefined;
  readonly urlAuth?: UrlAuth | undefined;
  readonly shapeBandwidth?: boolean | undefined;
  readonly isolation?: IsolationName | undefined;
  readonly cpu?: CpuName | undefined;
}

/** A number for some functions by name, and one for each that is not named. */
export interface PerFunction {
  readonly each?: number;
  readonly one: Readonly<Record<string, number>>;
}
