/** What a value is shown as that must not be read over a shoulder or in the log of a CI job. */
export const MASK = '********';

/** Words in the names of variables that hold secrets, by themselves or joined with others. */
const NAMES =
  /(^|[_-])(api_?key|key|secret|token|password|passwd|pwd|pass|credentials?|auth|private|salt|pin|cert|dsn|signature|webhook)s?([_-]|$)/i;
const JOINED = /(secret|token|password|apikey|credential|privatekey)/i;

/** Values that are secrets whatever they are called. */
const VALUES: readonly RegExp[] = [
  // A user and a password in an address.
  /:\/\/[^/\s:@]*:[^/\s@]+@/,
  // Keys of AWS, GitHub, Slack, Stripe, and what is signed.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bxox[abprs]-/,
  /\b[sr]k_(live|test)_/,
  /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

export function isSecret(name: string, value: string): boolean {
  return NAMES.test(name) || JOINED.test(name) || VALUES.some((one) => one.test(value));
}

export function shownValue(name: string, value: string): string {
  return isSecret(name, value) ? MASK : value;
}
