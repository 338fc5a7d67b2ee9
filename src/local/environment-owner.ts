import type { InitializationType } from '../lambda/environment-variables.js';
import type { Roll } from '../process/supervise.js';
import type { Environment } from './environment.js';
import type { EnvironmentPlace } from './environment-process.js';
import type { LocalEventListener } from './events.js';
import type { FunctionSettings } from './function-settings.js';
import type { Isolation } from './isolation.js';
import type { StartLine } from './start-line.js';
import type { TelemetryServices } from './telemetry/relay.js';

/** What an environment needs of its function, and tells it. */
export interface EnvironmentOwner {
  readonly name: string;
  /** Unqualified. */
  readonly arn: string;
  readonly settings: Pick<
    FunctionSettings,
    | 'memoryMb'
    | 'ephemeralStorageMb'
    | 'logFormat'
    | 'applicationLogLevel'
    | 'systemLogLevel'
    | 'layers'
    | 'extensions'
  >;
  /** How its environments come to be. */
  readonly initializationType: InitializationType;
  readonly timeoutMs: number;
  /** How long the init phase may take. */
  readonly initLimitMs: number;
  readonly isolation: Isolation;
  readonly roll: Roll | undefined;
  readonly startLine: StartLine;
  readonly telemetry: TelemetryServices;
  listener(): LocalEventListener | undefined;
  /** The init phase ended without a request for an event. */
  neverAskedForWork(): void;
  /** Tells of something that belongs to no log. */
  warn(text: string): void;
  /** The environment variables of a process that is about to start. */
  variables(place: EnvironmentPlace): Record<string, string> | Promise<Record<string, string>>;
  /** The process waits for work. */
  becameIdle(environment: Environment): void;
  /** Its processes are ending: it can be given no work until it becomes cold. */
  becameUnavailable(environment: Environment): void;
  /** The process has ended, and nobody waits for it. */
  becameCold(environment: Environment): void;
}
