/**
 * What a user can meet and mend. A `UserError` tells what happened, with the value, and the exact command or
 * line that mends it; anything else that is thrown is our bug and shows its stack (exit code 70).
 */

/** Exit codes, as documented in docs/errors.md. */
export const EXIT = {
  ok: 0,
  general: 1,
  usage: 2,
  environment: 3,
  build: 4,
  functionError: 5,
  aws: 6,
  check: 7,
  bug: 70,
  interrupted: 130,
} as const;

/** What each exit code tells a script. */
export const EXIT_MEANINGS: Record<keyof typeof EXIT, string> = {
  ok: 'Done.',
  general: 'It did not work, for a reason that no other code names.',
  usage: 'The command line, the configuration or the input cannot be used as it is.',
  environment: 'Something this machine should have is missing, too old or in use.',
  build: 'The build failed; the compiler has told why.',
  functionError: 'The function ran, and returned an error.',
  aws: 'AWS refused, or there are no valid credentials.',
  check: 'Everything ran, but what came of it is not good enough.',
  bug: 'A bug in crablet; the stack is shown.',
  interrupted: 'Ended by Ctrl-C or a signal.',
};

/** Every code a `UserError` may carry: its exit code, and what it means in one line (docs/errors.md is made of this). */
export const ERRORS = {
  'usage.arguments': [EXIT.usage, 'The arguments do not fit the command.'],
  'usage.prompt-needed': [
    EXIT.usage,
    'A question would have to be asked, and there is no terminal to ask it in.',
  ],
  'usage.exists': [EXIT.usage, 'The command would overwrite something that exists.'],
  'bench.file': [EXIT.usage, 'The file of a benchmark cannot be read, or has the form of another version.'],
  'bench.function-failed': [
    EXIT.functionError,
    'The function failed in the benchmark: there is nothing to measure.',
  ],
  'cost.region': [EXIT.usage, 'The prices of the region are not known.'],
  'project.no-manifest': [EXIT.usage, 'There is no Cargo.toml here or above.'],
  'project.broken-manifest': [EXIT.usage, 'Cargo cannot read the manifest.'],
  'project.no-function': [EXIT.usage, 'The package has no binary that could become a function.'],
  'project.unknown-function': [
    EXIT.usage,
    'A function, binary or package was named that the project does not have.',
  ],
  'project.configuration': [
    EXIT.usage,
    'A configuration file or metadata table has an unknown key or a wrong value.',
  ],
  'environment.no-rust': [EXIT.environment, 'cargo or rustc is not installed or not on PATH.'],
  'environment.rust-too-old': [EXIT.environment, 'The installed Rust is older than a crate asks for.'],
  'environment.port-in-use': [EXIT.environment, 'The port to listen on is taken.'],
  'environment.missing-tool': [EXIT.environment, 'A program that this needs is not installed.'],
  'environment.image': [EXIT.environment, 'The base image of a container image cannot be read.'],
  'environment.isolation': [
    EXIT.environment,
    'What a function may use cannot be limited in the way that was asked for.',
  ],
  'environment.file': [EXIT.environment, 'A file or folder cannot be read or written.'],
  'environment.data-dir': [EXIT.environment, 'The data folder is in use, or cannot be written.'],
  'build.failed': [EXIT.build, 'cargo could not compile the project.'],
  'build.would-not-start': [EXIT.check, 'The binary was built, but could not start on the Lambda runtime.'],
  'cdk.app': [EXIT.usage, 'The CDK app could not be run or found, or did not synthesise.'],
  'cdk.assembly': [EXIT.usage, 'What a CDK app has synthesised cannot be read.'],
  'cdk.no-function': [EXIT.usage, 'The CDK app has no function that could be served.'],
  'invoke.payload': [EXIT.usage, 'The payload cannot be read or is not JSON.'],
  'invoke.no-service': [EXIT.general, 'No local Lambda service answers.'],
  'invoke.refused': [EXIT.general, 'The Lambda service refused the invocation.'],
  'logs.not-found': [EXIT.general, 'There is no such log or request.'],
  'deploy.too-large': [EXIT.usage, 'The zip is larger than AWS takes it in this way.'],
  'deploy.not-ours': [EXIT.usage, 'The function on AWS was made by something else.'],
  'deploy.changed-meanwhile': [
    EXIT.aws,
    'Someone else has changed the function since the plan was made; nothing of theirs was overwritten.',
  ],
  'deploy.failed': [EXIT.aws, 'AWS could not bring the function up, or was not done in time.'],
  'deploy.incomplete': [EXIT.aws, 'Some functions were deployed and others were not; each was told.'],
  'aws.region': [EXIT.usage, 'No AWS region is set.'],
  'aws.network': [EXIT.aws, 'AWS could not be reached.'],
  'deploy.smoke-test': [EXIT.check, 'The new version failed its smoke test, and got no traffic.'],
  'deploy.canary': [EXIT.general, 'A canary was taken back, or could not be.'],
  'deploy.canary-left': [EXIT.interrupted, 'A canary was interrupted and left as it was.'],
  'deploy.alarm': [EXIT.usage, 'An alarm is not there, or rings already.'],
  'deploy.nothing-there': [EXIT.usage, 'There is no such function, alias or version on AWS.'],
  'aws.credentials': [EXIT.aws, 'AWS credentials are missing, expired or not accepted.'],
  'aws.refused': [EXIT.aws, 'AWS refused the request.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

export interface Explanation {
  /** What happened, with the value that was met; a sentence without a final line break. */
  readonly what: string;
  /** The command to run or the line to write that mends it. */
  readonly fix: string;
  readonly cause?: unknown;
}

export class UserError extends Error {
  readonly code: ErrorCode;
  readonly fix: string;

  constructor(code: ErrorCode, { what, fix, cause }: Explanation) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = 'UserError';
    this.code = code;
    this.fix = fix;
  }

  get exitCode(): number {
    return ERRORS[this.code][0];
  }
}
