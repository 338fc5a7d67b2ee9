/**
 * Whether an app that is synthesized needs its binaries. Nobody tells it: the CDK's program names the stacks that are to
 * be bundled (all for synth, deploy, watch and diff, none for the rest), and a test just makes an app. Measured with
 * aws-cdk 2.1148.1: `ls` and `metadata` give [], `synth -e S2` gives ["S2"], `synth S2` and `diff S2` give ["**"].
 */
export interface BundleQuestion {
  /** CRABLET_BUNDLE. */
  readonly wish: string | undefined;
  /** `aws:cdk:bundling-stacks` covers the stack, or is not set. */
  readonly stackIsMeant: boolean;
  /** Somebody has set `aws:cdk:bundling-stacks`: the CDK's program always does. */
  readonly stacksAreNamed: boolean;
  /** CDK_OUTDIR: where the CDK's program wants the result. */
  readonly outdirOfCli: string | undefined;
  /** The result goes into a temporary folder, as with `new App()` in a test: nobody can deploy it. */
  readonly outdirIsTemporary: boolean;
  /** The command of the CDK's program that this process was started by, as far as that can be seen. */
  readonly command: () => string | undefined;
}

export function shouldBundle(question: BundleQuestion): boolean {
  if (question.wish === 'always') return true;
  if (question.wish === 'never') return false;
  if (!question.stackIsMeant) return false;
  const forCli = question.stacksAreNamed || question.outdirOfCli !== undefined;
  if (!forCli) return !question.outdirIsTemporary;
  // A diff compares templates, and those have hashes of the sources: it looks at no asset.
  return question.command() !== 'diff';
}

const COMMANDS = new Set([
  ...[
    'acknowledge',
    'bootstrap',
    'context',
    'deploy',
    'destroy',
    'diff',
    'docs',
    'doctor',
    'drift',
    'flags',
    'gc',
  ],
  ...['import', 'init', 'list', 'ls', 'metadata', 'migrate', 'notices', 'refactor', 'rollback', 'synth'],
  ...['synthesize', 'watch'],
]);

/** The command of a command line of the CDK's program, such as `node …/bin/cdk --app x diff`; undefined for any other. */
export function cdkCommand(argv: readonly string[]): string | undefined {
  const program = argv.slice(0, 2).findIndex((word) => /(^|[/\\])cdk(\.js|\.cmd)?$/.test(word));
  return program === -1 ? undefined : argv.slice(program + 1).find((word) => COMMANDS.has(word));
}
