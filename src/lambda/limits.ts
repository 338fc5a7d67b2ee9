/**
 * The numbers of AWS's contract. Every size is in bytes, every duration in milliseconds.
 * Sources: RIE (AWS's runtime interface emulator), botocore's service model of Lambda, the developer guide.
 */

/** Largest buffered response: 6 MiB and 100 bytes of slack (RIE: internal/lambda/interop/model.go, MaxPayloadSize). */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** Largest payload of a synchronous invocation: 6 MiB (developer guide, quotas). */
export const MAX_SYNC_REQUEST_BYTES = 6_291_456;

/** Largest payload of an asynchronous invocation: 1 MiB since October 2025, 256 KiB before (botocore, Payload). */
export const MAX_ASYNC_REQUEST_BYTES = 1_048_576;

/** Largest streamed response: 200 MB (developer guide, configuration-response-streaming). */
export const MAX_STREAMED_BYTES = 209_715_200;

/** What of a streamed response leaves at once, and how fast the rest does (RIE: internal/lambda/interop/model.go). */
export const STREAM_BURST_BYTES = 6_291_456;
export const STREAM_BYTES_PER_SECOND = 2_097_152;

/** Largest `X-Amz-Client-Context`, measured as it is sent, in base64 (botocore, ClientContext). */
export const MAX_CLIENT_CONTEXT_BYTES = 3_583;

/** How much of the end of an invocation's log `X-Amz-Log-Result` carries, before base64 (botocore, LogResult). */
export const LOG_TAIL_BYTES = 4_096;

/** How long a function on demand may take to ask for its first event (developer guide, runtime environment). */
const INIT_LIMIT_MS = 10_000;

/** Longest `FunctionName` parameter of Invoke, an ARN included (botocore, NamespacedFunctionName). */
export const MAX_FUNCTION_PARAMETER_LENGTH = 170;

/** Longest `Qualifier` parameter (botocore, NumericLatestPublishedOrAliasQualifier). */
export const MAX_QUALIFIER_LENGTH = 128;

/** All of a function's own variables together, as compact JSON (SNAP:test_lambda_api#test_create_lambda_exceptions). */
export const MAX_ENVIRONMENT_BYTES = 4_096;

/** Environments that may run at once in an account (developer guide, quotas: the default). */
export const DEFAULT_CONCURRENCY = 1_000;

/** What must stay for functions without reserved concurrency (developer guide, configuration-concurrency). */
export const MIN_UNRESERVED_CONCURRENCY = 100;

/** Requests per second for each unit of concurrency, of callers that wait (developer guide, quotas). */
export const REQUESTS_PER_SECOND_OF_CONCURRENCY = 10;

/**
 * New environments of one function: so many in so long, refilled continuously and not accrued (developer guide,
 * scaling-behavior).
 */
export const SCALING_RATE = { environments: 1_000, perMs: 10_000 } as const;

const LONG_INIT_LIMIT_MS = 130_000;

/** How long an environment may initialise: provisioned and managed ones as long as an invocation takes (DG26). */
export function initLimitMs(initializationType: string, timeoutMs: number): number {
  return initializationType === 'on-demand' ? INIT_LIMIT_MS : Math.max(LONG_INIT_LIMIT_MS, timeoutMs);
}
/** Extensions of an environment, internal and external together (RIE: internal/lambda/core/registrations.go). */
export const MAX_EXTENSIONS = 10;

/**
 * How long an environment may take to shut down, from the first signal to the last SIGKILL, and the part of it that
 * the runtime's process has between SIGTERM and SIGKILL; without an extension there is no time at all.
 *
 * Sources disagree on the runtime's part: the developer guide (runtimes-extensions-api) reserves 300 ms of the 2,000,
 * and 500 ms for a runtime with an internal extension; RIE (internal/lambda/rapid/shutdown.go) has 30 % of whatever
 * the whole is. The guide speaks of the real service, so its numbers are taken.
 */
export const SHUTDOWN_MS = {
  internalExtension: 500,
  externalExtension: 2_000,
  runtimeBesideExternal: 300,
} as const;

/** How many processors a function has: one at 1,769 MB (developer guide, configuration-memory). */
export function cpuShare(memoryMb: number): number {
  return memoryMb / 1_769;
}

/** Size of /tmp in MB (developer guide, configuration-ephemeral-storage). */
export const EPHEMERAL_STORAGE_MB = { least: 512, most: 10_240, default: 512 } as const;

/** What a zip may be: sent with the request, and unpacked together with its layers (SNAP:test_lambda_api#test_create_lambda_exceptions). */
export const MAX_ZIPPED_BYTES = 52_428_800;
export const MAX_UNZIPPED_BYTES = 262_144_000;

/** Largest request of the control plane, whose zip is in base64 (SNAP:test_lambda_api#test_oversized_request_create_lambda). */
export const MAX_API_REQUEST_BYTES = 70_167_211;

/** Of all code of an account, in a region: 75 GB (developer guide, quotas). */
export const MAX_CODE_STORAGE_BYTES = 80_530_636_800;

/** Layers of one function (developer guide, quotas). */
export const MAX_LAYERS = 5;
