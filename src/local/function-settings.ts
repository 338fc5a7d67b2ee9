import type { Cors } from '../lambda/cors.js';
import type { LogLevel, SystemLogLevel } from '../lambda/log-levels.js';
import type { ExternalExtension } from './external-extensions.js';

export type InvokeMode = 'BUFFERED' | 'RESPONSE_STREAM' | 'auto';

/** What becomes of a function's events; what is left out has AWS's default. */
export interface EventInvokeSettings {
  /** 0 to 2; default 2. */
  readonly maximumRetryAttempts?: number | undefined;
  /** 60 to 21,600; default 21,600. */
  readonly maximumEventAgeSeconds?: number | undefined;
  /** ARN of a queue, topic, event bus or function; a function of this service also by its name. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  /** ARN of a queue or topic. */
  readonly deadLetter?: string | undefined;
}
export type UrlAuth = 'NONE' | 'AWS_IAM';

/** A function's settings, in AWS's words; what is left out has Lambda's or crablet's default. */
export interface FunctionSettings {
  readonly name: string;
  /** The published version that it is; `$LATEST` when left out. */
  readonly version?: string | undefined;
  /** What `_HANDLER` says; nothing else reads it. */
  readonly handler?: string | undefined;
  readonly memoryMb: number;
  /** The size of /tmp. */
  readonly ephemeralStorageMb: number;
  readonly timeoutSeconds: number;
  /** The function's own environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** How its URL answers; `auto` follows what the function sends. */
  readonly invokeMode: InvokeMode;
  /** Whether requests to its URL have to be signed. */
  readonly urlAuth: UrlAuth;
  /** When it is left out, preflights are the function's to answer. */
  readonly cors?: Cors | undefined;
  readonly logFormat: 'Text' | 'JSON';
  /** Lines of a lower level do not get into the log; counts with the log format JSON only. */
  readonly applicationLogLevel: LogLevel;
  /** The same for Lambda's own lines. */
  readonly systemLogLevel: SystemLogLevel;
  /** The log group; `/aws/lambda/<function>` when left out. */
  readonly logGroup?: string;
  /** The most environments at once, which no other function can take away; 0 refuses every invocation. */
  readonly reservedConcurrency?: number | undefined;
  /** How many invocations one environment takes at once (AWS_LAMBDA_MAX_CONCURRENCY); 1 when left out. */
  readonly maxConcurrency?: number | undefined;
  /** Environments that are initialised ahead and kept. */
  readonly provisionedConcurrency?: number | undefined;
  /** Folders that AWS would unpack into /opt, later ones over earlier ones; absolute. */
  readonly layers: readonly string[];
  /** Programs that are started beside the function: those of layers, and others. */
  readonly extensions: readonly ExternalExtension[];
  readonly eventInvoke?: EventInvokeSettings | undefined;
}
