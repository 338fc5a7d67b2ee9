import type { EventSettings } from './configuration.js';
import type { Account, S3Place } from './desired.js';
import type {
  ObservedEventSource,
  ObservedFunction,
  ObservedLayerVersion,
  ObservedLogGroup,
  ObservedPermission,
  ObservedRole,
  ObservedSchedule,
  ObservedUrl,
} from './observed.js';
import type { Write } from './step.js';

/** AWS as a deploy sees it. Answers are null for what is not there; all else that goes wrong is a `CloudError`. */
export interface Cloud extends Reads {
  /** Makes one call. `revision` of `$LATEST` guards the calls that AWS lets be guarded by it; null: unguarded. */
  write(write: Write, revision: string | null): Promise<Written>;
  close(): void;
}

export interface Reads {
  account(): Promise<Account>;
  role(name: string): Promise<ObservedRole | null>;
  logGroup(name: string): Promise<ObservedLogGroup | null>;
  s3(place: S3Place): Promise<{ readonly bucket: boolean; readonly object: boolean }>;
  /** `$LATEST` and what belongs to the whole function. */
  function(name: string): Promise<Omit<ObservedFunction, 'alias'> | null>;
  alias(name: string, alias: string): Promise<AliasFacts | null>;
  /** Of `$LATEST`, of a version or of what an alias leads to. */
  version(name: string, qualifier: string): Promise<VersionFacts | null>;
  url(name: string, alias: string): Promise<ObservedUrl | null>;
  permissions(name: string, alias: string): Promise<readonly ObservedPermission[]>;
  events(name: string, alias: string): Promise<EventSettings | null>;
  /** 0 when AWS could not provide it. */
  provisionedConcurrency(name: string, alias: string): Promise<number | null>;
  /** How far AWS is with it. */
  provisioning(name: string, alias: string): Promise<Provisioning>;
  eventSources(aliasArn: string): Promise<readonly ObservedEventSource[]>;
  /** Of an alias, or of all of them. */
  schedules(name: string, aliasArn: string | null): Promise<readonly ObservedSchedule[]>;
  layer(name: string): Promise<ObservedLayerVersion | null>;
  /** Of `$LATEST` or a version. */
  state(name: string, qualifier: string | null): Promise<FunctionState>;
}

export interface AliasFacts {
  readonly arn: string;
  readonly version: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly revision: string;
}

export type VersionFacts = Pick<ObservedFunction, 'codeSha256' | 'configuration'>;

/** State and LastUpdateStatus as one: what a caller has to wait for. */
export interface FunctionState {
  readonly kind: 'ready' | 'working' | 'failed';
  /** AWS's words. */
  readonly reason: string | null;
  readonly revision: string;
  readonly codeSha256: string;
}

export type Provisioning = Pick<FunctionState, 'kind' | 'reason'>;

export interface Written {
  /** Of a published version or layer version. */
  readonly version?: string | undefined;
  /** Of what was written, to guard the next write with. */
  readonly revision?: string | undefined;
  /** Of a function URL. */
  readonly url?: string | undefined;
  readonly arn?: string | undefined;
}

export type CloudProblem =
  /** A new role, or what it is allowed to do, is not known everywhere yet. */
  | 'role-not-ready'
  /** Another update of the same function has not ended yet. */
  | 'busy'
  /** Someone else has written since the plan was made. */
  | 'changed-meanwhile'
  | 'exists'
  | 'missing'
  | 'denied'
  | 'throttled'
  | 'credentials'
  /** None of that name. */
  | 'no-profile'
  | 'no-region'
  | 'network'
  /** The endpoint does not know this call: an emulator. */
  | 'unsupported'
  | 'refused';

export class CloudError extends Error {
  readonly problem: CloudProblem;

  constructor(problem: CloudProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CloudError';
    this.problem = problem;
  }
}
