import type { LogLevel, SystemLogLevel } from '../lambda/log-levels.js';
import type { ExternalExtension } from './external-extensions.js';

export type InvokeMode = 'BUFFERED' | 'RESPONSE_STREAM' | 'auto';

/** A function's settings, in AWS's words; what is left out has Lambda's or crablet's default. */
export interface FunctionSettings {
  readonly name: string;
  readonly memoryMb: number;
  /** The size of /tmp. */
  readonly ephemeralStorageMb: number;
  readonly timeoutSeconds: number;
  /** The function's own environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** How its URL answers; `auto` follows what the function sends. */
  readonly invokeMode: InvokeMode;
  readonly logFormat: 'Text' | 'JSON';
  /** Lines of a lower level do not get into the log; counts with the log format JSON only. */
  readonly applicationLogLevel: LogLevel;
  /** The same for Lambda's own lines. */
  readonly systemLogLevel: SystemLogLevel;
  /** The log group; `/aws/lambda/<function>` when left out. */
  readonly logGroup?: string;
  /** The most environments at once, which no other function can take away; 0 refuses every invocation. */
  readonly reservedConcurrency?: number | undefined;
  /** Environments that are initialised ahead and kept. */
  readonly provisionedConcurrency?: number | undefined;
  /** Programs that are started beside the function. */
  readonly extensions: readonly ExternalExtension[];
}
