import type { InitializationType } from '../lambda/environment-variables.js';
import type { Roll } from '../process/supervise.js';
import type { Debugging } from './debugging.js';
import type { EnvironmentBase } from './environment-base.js';
import type { EnvironmentPlace } from './environment-process.js';
import type { LocalEventListener } from './events.js';
import type { FunctionSettings } from './function-settings.js';
import type { Isolation } from './isolation.js';
import type { StartLine } from './start-line.js';
import type { TelemetryServices } from './telemetry/relay.js';
import type { Traces } from './traces/traces.js';

/** What an environment needs of its function, and tells it. */
export interface EnvironmentOwner {
  readonly name: string;
  /** Unqualified. */
  readonly arn: string;
  readonly settings: Pick<
    FunctionSettings,
    | 'version'
    | 'handler'
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
  /** Whether its environments are kept ready, whatever is asked. */
  readonly provisioned: boolean;
  /** How many invocations one environment takes at once. */
  readonly maxConcurrency: number;
  readonly timeoutMs: number;
  /** How long the init phase may take. */
  readonly initLimitMs: number;
  readonly isolation: Isolation;
  /** Set when functions are debugged. */
  readonly debugging: Debugging | undefined;
  readonly roll: Roll | undefined;
  readonly startLine: StartLine;
  readonly telemetry: TelemetryServices;
  /** Set when invocations are traced. */
  readonly traces: Traces | undefined;
  listener(): LocalEventListener | undefined;
  /** The init phase ended without a request for an event. */
  neverAskedForWork(): void;
  /** Tells of something that belongs to no log. */
  warn(text: string): void;
  /** The environment variables of a process that is about to start. */
  variables(place: EnvironmentPlace): Record<string, string> | Promise<Record<string, string>>;
  /** The process waits for work. */
  becameIdle(environment: EnvironmentBase): void;
  /** It could take one more invocation, beside those that it has. */
  hasRoom(environment: EnvironmentBase): void;
  /** One of the invocations that it has at once is over. */
  finished(environment: EnvironmentBase): void;
  /** Its processes are ending: it can be given no work until it becomes cold. */
  becameUnavailable(environment: EnvironmentBase): void;
  /** The process has ended, and nobody waits for it. */
  becameCold(environment: EnvironmentBase): void;
}
