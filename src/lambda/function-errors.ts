/**
 * The payloads a caller gets when the function failed: HTTP 200 with `X-Amz-Function-Error: Unhandled` and one
 * of these bodies. Recorded ones are in tests/golden/function-errors.json.
 */
import { MAX_RESPONSE_BYTES } from './limits.js';

export interface FunctionError {
  readonly errorType: string;
  /** The exact JSON text of the response. */
  readonly payload: string;
}

/** How a process ended. */
export type Exit =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** The system killed it, for it had no memory left. */
  | { readonly kind: 'out-of-memory' }
  /** It never ran; `code` is the system's, such as ENOENT, EACCES or ENOEXEC. */
  | { readonly kind: 'not-started'; readonly code: string };

// AWS builds these texts with Go's `RequestId: %s Error: %v` (RIE: internal/lambda/interop/model.go).
function platformError(errorType: string, requestId: string, what: string): FunctionError {
  const payload = JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${what}` });
  return { errorType, payload };
}

/**
 * SNAP:test_lambda#test_lambda_handler_exit, #test_lambda_runtime_exit, #test_lambda_runtime_wrapper_not_found. That
 * a process without memory is told of as a killed one is not recorded.
 * @param fatal an error that an extension had reported before: the first one names the failure (RIE: appctx)
 */
export function exitError(requestId: string, exit: Exit, fatal?: string): FunctionError {
  return platformError(fatal ?? EXIT_TYPES[exit.kind], requestId, describeExit(exit));
}

// Runtime.OutOfMemory: RIE internal/lambda-managed-instances/rapid/model/customer_error.go
const EXIT_TYPES: Record<Exit['kind'], string> = {
  exit: 'Runtime.ExitError',
  signal: 'Runtime.ExitError',
  'out-of-memory': 'Runtime.OutOfMemory',
  'not-started': 'Runtime.InvalidEntrypoint',
};

/** The sentence about an exit, also used in logs. */
function describeExit(exit: Exit): string {
  switch (exit.kind) {
    case 'exit':
      return exit.status === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${exit.status}`;
    case 'signal':
      return `Runtime exited with error: signal: ${signalWords(exit.signal)}`;
    case 'out-of-memory':
      return describeExit({ kind: 'signal', signal: 'SIGKILL' });
    case 'not-started':
      return entrypointFault(exit.code);
  }
}

/** Always two decimals (SNAP:test_lambda#test_lambda_invoke_with_timeout). */
export function timedOut(requestId: string, seconds: number): FunctionError {
  return platformError('Sandbox.Timedout', requestId, `Task timed out after ${seconds.toFixed(2)} seconds`);
}

/** SNAP:test_lambda#test_lambda_too_large_response; the actual size is no longer named. */
export function responseTooLarge(limit: number = MAX_RESPONSE_BYTES): FunctionError {
  const errorType = 'Function.ResponseSizeTooLarge';
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${limit} bytes).`;
  return { errorType, payload: JSON.stringify({ errorMessage, errorType }) };
}

/** Why a program cannot be started; `noInterpreter`: it is a script of a program that is not there. */
export type LaunchFault = 'missing' | 'noInterpreter' | 'notExecutable' | 'wrongFormat';

/** In Go's words (`fork/exec`), which AWS passes on. */
export function launchFault(program: string, fault: LaunchFault): string {
  switch (fault) {
    case 'missing':
    case 'noInterpreter':
      return `fork/exec ${program}: no such file or directory`;
    case 'notExecutable':
      return `fork/exec ${program}: permission denied`;
    case 'wrongFormat':
      return `fork/exec ${program}: exec format error`;
  }
}

/** Why a bootstrap could not be started; a missing one is not even tried (RIE: internal/lambda/rapid/handlers.go). */
export const ENTRYPOINT_FAULTS = {
  missing: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
  noInterpreter: launchFault('/var/task/bootstrap', 'noInterpreter'),
  notExecutable: launchFault('/var/task/bootstrap', 'notExecutable'),
  wrongFormat: launchFault('/var/task/bootstrap', 'wrongFormat'),
} as const;

/** There were more external extensions than may be (RIE: internal/lambda/core/registrations.go, in Go's own words). */
export const TOO_MANY_EXTENSIONS = 'ErrTooManyExtensions';

function entrypointFault(code: string): string {
  switch (code) {
    case 'ENOENT':
      return ENTRYPOINT_FAULTS.missing;
    case 'EACCES':
      return ENTRYPOINT_FAULTS.notExecutable;
    case 'ENOEXEC':
      return ENTRYPOINT_FAULTS.wrongFormat;
    default:
      return `fork/exec /var/task/bootstrap: ${code}`;
  }
}

/** `detail` is one of `ENTRYPOINT_FAULTS`, or what else kept the process from starting. */
export function invalidEntrypoint(requestId: string, detail: string): FunctionError {
  return platformError('Runtime.InvalidEntrypoint', requestId, detail);
}

/** The runtime's response broke off (type: RIE; text by analogy with the Runtime API's own). */
export function truncatedResponse(requestId: string): FunctionError {
  return platformError('Runtime.TruncatedResponse', requestId, 'HTTP request detected as truncated');
}

/** The runtime sent a response mode that is not `streaming` (type: RIE; text by analogy). */
export function invalidResponseMode(requestId: string): FunctionError {
  return platformError('Runtime.InvalidResponseModeHeader', requestId, 'Invalid function response mode');
}

/** The streamed response grew over its limit (by analogy with the buffered one). */
export function streamTooLarge(limit: number): FunctionError {
  return responseTooLarge(limit);
}

/** An extension failed; `errorType` is one of AWS's `Extension.…` types. */
export function extensionError(requestId: string, errorType: string, what: string): FunctionError {
  return platformError(errorType, requestId, what);
}

/** How an extension's process ended (RIE: internal/lambda/rapid/handlers.go, watchEvents). */
export function describeExtensionExit(exit: Exit): string {
  switch (exit.kind) {
    case 'exit':
      return exit.status === 0 ? 'exit code 0' : `exit status ${exit.status}`;
    case 'signal':
      return `signal: ${signalWords(exit.signal)}`;
    case 'out-of-memory':
      return describeExtensionExit({ kind: 'signal', signal: 'SIGKILL' });
    case 'not-started':
      return exit.code;
  }
}

/** Go's name of a signal (`os.ProcessState`), which is Linux's own wording in lower case. */
export function signalWords(signal: string): string {
  return SIGNAL_WORDS[signal] ?? signal.replace(/^SIG/, '').toLowerCase();
}

const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGIO: 'I/O possible',
  SIGIOT: 'aborted',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGPROF: 'profiling timer expired',
  SIGPWR: 'power failure',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGSTKFLT: 'stack fault',
  SIGSYS: 'bad system call',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGUSR1: 'user defined signal 1',
  SIGUSR2: 'user defined signal 2',
  SIGVTALRM: 'virtual timer expired',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'file size limit exceeded',
};
