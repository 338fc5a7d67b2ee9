import type { ServerTls } from '../http/tls-files.js';
import type { Credentials } from '../lambda/environment-variables.js';
import type { Deliver } from '../lambda/event-record.js';
import type { QueuePort } from '../lambda/event-sources/queue-port.js';
import type { Clock } from './clock.js';
import type { LocalEventListener } from './events.js';
import type { FunctionSettings } from './function-settings.js';
import type { CpuName, IsolationName } from './isolation/strength.js';
import type { Isolation } from './isolation.js';
import type { TraceOptions } from './traces/traces.js';
import type { UrlRoute } from './url-router.js';

/** Where a zip lies in S3. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string | undefined;
}

/** Rejects with S3's error, whose name is its code. */
export type FetchObject = (location: S3Location) => Promise<Buffer>;

/** A function to serve. Only its name is needed; a `bootstrap` can also come later, with `update`. */
export interface FunctionDefinition
  extends Partial<Omit<FunctionSettings, 'name' | 'layers' | 'extensions'>> {
  readonly name: string;
  /** Folders that AWS would unpack into /opt; every file in their `extensions/` is an external extension. */
  readonly layers?: readonly string[];
  /** More external extensions: paths of programs, each started beside the function under its file's name. */
  readonly extensions?: readonly string[];
  /** The built executable; its folder stands for /var/task. Relative paths count from the working directory. */
  readonly bootstrap?: string;
}

export interface LocalLambdaOptions {
  readonly functions: readonly FunctionDefinition[];
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on; default 0, which takes a free one. */
  readonly port?: number;
  /** PEM texts to serve HTTPS with (TLS 1.2 and 1.3); without them it is plain HTTP. Runtime APIs never are over TLS. */
  readonly tls?: ServerTls;
  /** The most invocations at once over all functions; default 1,000, as an AWS account has. */
  readonly concurrency?: number;
  /** Functions wait for a debugger: one environment each, whose time stands still while one is attached. */
  readonly debug?: boolean;
  /** Time, for tests that move it; default the system's. */
  readonly clock?: Clock;
  /** Default us-east-1: it is in ARNs and in the functions' environment. */
  readonly region?: string;
  /** Twelve digits; default 123456789012. */
  readonly accountId?: string;
  /** What functions find as their role's credentials; none when left out. */
  readonly credentials?: () => Promise<Credentials | undefined>;
  /** Variables for every function beside its own, such as AWS_ENDPOINT_URL. */
  readonly passedOn?: Readonly<Record<string, string>>;
  readonly router?: readonly UrlRoute[];
  /** How long an environment stays without work, in seconds; default 600. */
  readonly keepAliveSeconds?: number;
  /** How long a function may take to ask for its first event, in milliseconds; default as on AWS: 10,000 on demand. */
  readonly initLimitMs?: number;
  /** Port of the first environment's Runtime API, for a process that somebody else starts; default: free ones. */
  readonly runtimePort?: number;
  /** A folder for what outlives the service: events that wait. Without it they are kept in memory. */
  readonly dataDir?: string;
  /** How long to wait before a function gets an event again that it failed over; default [60000, 120000], as on AWS. */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Fetches a zip that a function is to be created from out of S3. */
  readonly fetchObject?: FetchObject;
  /** Asks queues for messages, for event source mappings; without it they are not asked. */
  readonly queues?: QueuePort;
  /** Sends what became of events to queues, topics, event buses and functions that are not served here. */
  readonly deliver?: Deliver;
  /** Lets streamed responses leave as fast as AWS does: 6 MB at once, then 2 MB a second. */
  readonly shapeBandwidth?: boolean;
  /** Traces invocations, receives spans over OTLP at /v1/traces, and leads functions' exporters there. */
  readonly traces?: TraceOptions;
  /** Who may sign requests to URLs whose auth type is AWS_IAM, beside whom `credentials` gives. */
  readonly acceptedKeys?: readonly Credentials[];
  readonly onEvent?: LocalEventListener;
  /** A remark that belongs to no log, such as an answer that a function URL cannot send. */
  readonly onWarning?: (text: string) => void;
  /**
   * What functions may use, default `portable`: what every system has, and nothing that takes time to start. `linux`:
   * as on AWS, with bubblewrap and control groups; `auto`: as much of that as works here.
   */
  readonly isolation?: IsolationName | Isolation;
  /** `aws` gives functions the share of the processors that their memory gives them there; default `full`. */
  readonly cpu?: CpuName;
}
