/** What a CDK app comes to for the local service; `readApp` makes it of an assembly. */
import type { Api } from '../lambda/api-gateway/definition.js';
import type { Cors } from '../lambda/cors.js';
import type { Remark } from './reader.js';

export interface LocalApp {
  readonly functions: readonly AppFunction[];
  /** External extensions that are built from source, to be run beside the functions that have their layer. */
  readonly extensions: readonly SourceCode[];
  readonly apis: readonly Api[];
  readonly eventSources: readonly EventSource[];
  readonly schedules: readonly Schedule[];
  readonly remarks: readonly Remark[];
}

/** Where a function's or an extension's source is. */
export interface SourceCode {
  /** A path as the app wrote it: relative to the app's folder, or absolute. */
  readonly manifestPath: string;
  readonly binaryName: string;
  readonly packageName?: string | undefined;
  readonly features?: readonly string[] | undefined;
}

export type Code =
  | ({ readonly kind: 'source' } & SourceCode)
  /** A folder or zip file with a `bootstrap`; absolute. */
  | { readonly kind: 'prebuilt'; readonly path: string };

export interface AppFunction {
  readonly name: string;
  readonly code: Code;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralStorageMb?: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly architecture: 'x86_64' | 'arm64';
  /** Folders or zip files that are unpacked into /opt; absolute. */
  readonly layers: readonly string[];
  /** Layers whose extension is built from source. */
  readonly extensions: readonly SourceCode[];
  readonly reservedConcurrency?: number | undefined;
  readonly provisionedConcurrency?: number | undefined;
  readonly logFormat?: 'Text' | 'JSON' | undefined;
  readonly applicationLogLevel?: string | undefined;
  readonly systemLogLevel?: string | undefined;
  readonly logGroup?: string | undefined;
  readonly url?: FunctionUrl | undefined;
  readonly eventInvoke: {
    readonly maximumRetryAttempts?: number | undefined;
    readonly maximumEventAgeSeconds?: number | undefined;
    readonly onSuccess?: string | undefined;
    readonly onFailure?: string | undefined;
    readonly deadLetter?: string | undefined;
  };
}

export interface FunctionUrl {
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly cors?: Cors | undefined;
}

/** AWS::Lambda::EventSourceMapping of a queue. */
export interface EventSource {
  readonly id: string;
  readonly functionName: string;
  readonly eventSourceArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number | undefined;
  /** JSON of each pattern. */
  readonly filters: readonly string[];
}

/** A rule of EventBridge or a schedule of EventBridge Scheduler that invokes a function. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly kind: 'rule' | 'scheduler';
  readonly functionName: string;
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  readonly expression: string;
  readonly timezone?: string | undefined;
  /** The event, where it is set; else EventBridge's own. */
  readonly input?: string | undefined;
}
