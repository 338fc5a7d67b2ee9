/** How the Runtime API reads what a runtime reports to `/error` and `/init/error`. */

const ACCEPTED = /(Runtime|Function)\.[A-Z][a-zA-Z]+/;

/**
 * The error type that logs and telemetry show for the header `Lambda-Runtime-Function-Error-Type`. The caller's
 * payload is the runtime's own body all the same (RIE: internal/lambda/fatalerror/fatalerror.go).
 */
export function acceptedErrorType(header: string | undefined): string {
  if (header !== undefined) {
    if (ACCEPTED.test(header)) return header;
    if (header.startsWith('Function.')) return 'Function.Unknown';
  }
  return 'Runtime.Unknown';
}
