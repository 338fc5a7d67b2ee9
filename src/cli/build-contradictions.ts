import { UserError } from '../errors.js';
import { nearest } from '../project/nearest.js';
import type { Project } from '../project/project.js';
import type { BuildOptions } from './build-options.js';

/** Flags that contradict each other, or that make no sense through crablet. */
export function checkBuildOptions(options: BuildOptions): void {
  const found = contradictionIn(options);
  if (found) throw contradiction(...found);
}

type Contradiction = readonly [what: string, fix: string];

function contradictionIn(options: BuildOptions): Contradiction | undefined {
  const empty = emptyIn(options);
  if (empty) return [`${empty} is given without a value`, `Write one, or leave ${empty} out.`];
  const architecture = options.arm64 ? '--arm64' : '--x86-64';
  if (options.arm64 && options.x8664) {
    return [
      '--arm64 and --x86-64 are both given',
      'Build twice, once with each, and with another --lambda-dir.',
    ];
  }
  if ((options.arm64 || options.x8664) && options.target) {
    return [`${architecture} and --target are both given`, `Leave ${architecture} out: the target says it.`];
  }
  if (options.target && options.target.length > 1) {
    return ['--target is given more than once', 'Build once for each target, with another --lambda-dir.'];
  }
  if (options.internal && !options.extension) {
    return ['--internal is given without --extension', 'Write --extension --internal.'];
  }
  if (options.flatten !== undefined && options.extension) {
    return [
      '--flatten and --extension are both given, and extensions lie in a folder of their own',
      'Leave --flatten out.',
    ];
  }
  if (options.release && options.profile !== undefined && options.profile !== 'release') {
    return [
      `--release and --profile ${options.profile} are both given`,
      'Leave one of them out: --release is short for --profile release.',
    ];
  }
  if (options.exclude && !options.workspace && !options.all) {
    return [
      '--exclude is given without --workspace',
      'Write --workspace too: it is from that that it leaves out.',
    ];
  }
  return ofCargoAlone(options);
}

/** Those of cargo (`cargo build --help`, 1.9x). */
const MESSAGE_FORMATS = [
  'human',
  'short',
  'json',
  'json-diagnostic-short',
  'json-diagnostic-rendered-ansi',
  'json-render-diagnostics',
];

/** What a script's empty variable leaves: an empty folder would be the one that the command is given in. */
function emptyIn(options: BuildOptions): string | undefined {
  const found = Object.entries(options).find(
    // Cargo takes an empty list of features.
    ([name, value]) => name !== 'features' && [value].flat().includes(''),
  );
  return found && `--${found[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function ofCargoAlone(options: BuildOptions): Contradiction | undefined {
  const formats = options.messageFormat?.flatMap((list) => list.split(',')) ?? [];
  const unknown = formats.find((format) => !MESSAGE_FORMATS.includes(format));
  if (unknown !== undefined) {
    return [
      `There is no --message-format ${unknown}; there are: ${MESSAGE_FORMATS.join(', ')}`,
      `Write --message-format ${nearest(unknown, MESSAGE_FORMATS) ?? 'json'}`,
    ];
  }
  const json = formats.find((format) => format.startsWith('json'));
  if (json && options.output === 'json') {
    return [
      `--message-format ${json} and --output json are both given, and stdout can have only one of them`,
      'Leave one out: --output json tells what was built, --message-format what cargo did.',
    ];
  }
  const graph = options.unitGraph ? '--unit-graph' : options.buildPlan ? '--build-plan' : undefined;
  return graph && [`${graph} builds nothing`, `Ask cargo itself: cargo build ${graph} -Z unstable-options`];
}

/** Flags that have no effect on any function of the project, where they can only be a mistake. */
export function checkAgainstProject({ flatten, baseImage }: BuildOptions, { functions }: Project): void {
  const names = functions.map(({ name }) => name);
  if (flatten !== undefined && !names.includes(flatten)) {
    throw new UserError('project.unknown-function', {
      what: `--flatten ${flatten} names none of the functions that are built: ${names.join(', ')}.`,
      fix: `Write --flatten ${nearest(flatten, names) ?? names[0]}`,
    });
  }
  if (baseImage !== undefined && !functions.some(({ settings }) => settings.build.output_format === 'oci')) {
    throw contradiction(
      '--base-image is given, and no image is made',
      'Add --output-format oci, or leave --base-image out.',
    );
  }
}

/** What does nothing, where Cargo Lambda takes it, too: a line for a person. */
export function withoutEffect({ include }: BuildOptions, { functions }: Project): string | undefined {
  const isPacked = functions.some(({ settings }) => (settings.build.output_format ?? 'binary') !== 'binary');
  return include && !isPacked
    ? '--include does nothing here: only zips and images have other files in them (--output-format zip).'
    : undefined;
}

function contradiction(what: string, fix: string): UserError {
  return new UserError('usage.arguments', { what: `${what}.`, fix });
}
