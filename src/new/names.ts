import { UserError } from '../errors.js';
import { CRATE_VERSIONS } from './crate-versions.js';

/** AWS's limit for the name of a function (API reference, CreateFunction). */
export const LONGEST_NAME = 64;

/** Rust 2024's keywords, strict and reserved: https://doc.rust-lang.org/reference/keywords.html */
const KEYWORDS = new Set(
  `Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for
   gen if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait
   true try type typeof unsafe unsized use virtual where while yield`.split(/\s+/),
);
/** Libraries that come with Rust; a package of that name hides them. */
const RUST_LIBRARIES = new Set(['alloc', 'core', 'proc_macro', 'std', 'test']);
/** Folders that cargo makes beside a binary: https://doc.rust-lang.org/cargo/reference/build-cache.html */
const CARGO_FOLDERS = new Set(['build', 'deps', 'examples', 'incremental']);
/** Device names that Windows keeps, so that no such folder can be checked out there. */
const WINDOWS_DEVICES = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])$/i;

/** Why `name` cannot name a Rust package and an AWS Lambda function, or undefined when it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  // AWS: [a-zA-Z0-9-_]+, at most 64 (API reference, CreateFunction); cargo: no digit or dash in front.
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return 'has characters other than letters, digits, - and _';
  if (!/^[A-Za-z]/.test(name)) return 'does not start with a letter';
  if (name.length > LONGEST_NAME)
    return `has ${name.length} characters, and AWS Lambda takes at most ${LONGEST_NAME}`;
  if (KEYWORDS.has(name)) return 'is a keyword of Rust';
  const crate = name.replaceAll('-', '_');
  if (RUST_LIBRARIES.has(crate)) return 'is the name of a library that comes with Rust';
  if (CARGO_FOLDERS.has(name)) return 'is the name of a folder that cargo makes beside the binaries';
  if (WINDOWS_DEVICES.test(name)) return 'cannot be a folder on Windows';
  if (Object.keys(CRATE_VERSIONS).some((used) => used.replaceAll('-', '_') === crate)) {
    return 'is the name of a crate that the project uses';
  }
  return undefined;
}

/** A legal name as near to `name` as possible. */
export function legalName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^[^A-Za-z]+|[-_]+$/g, '')
    .slice(0, LONGEST_NAME)
    .replace(/[-_]+$/, '');
  if (plain === '') return 'my-function';
  return nameProblem(plain) === undefined ? plain : `${plain}-function`;
}

/** Throws a UserError when `name` is not legal; `mend` turns a legal name into the command line to type instead. */
export function checkName(name: string, mend: (legal: string) => string): void {
  const problem = nameProblem(name);
  if (problem === undefined) return;
  throw new UserError('usage.arguments', {
    what: `The name '${name}' ${problem}.`,
    fix: mend(legalName(name)),
  });
}
