import { relative } from 'node:path';
import { createColors } from 'picocolors';
import type { BuildResult, BuiltFunction } from '../../build/build.js';
import type { Ways } from '../../build/choose-ways.js';
import type { CodeSizes } from '../../build/crate-sizes.js';
import type { Output } from '../../build/outputs.js';
import type { CargoRun } from '../../build/plan.js';
import { runtimeFacts } from '../../build/runtimes.js';
import type { CrateTime } from '../../build/timings.js';
import { shellWord } from '../../process/shell-word.js';
import { type CliContext, note, print } from '../context.js';
import { sizeText } from './size-text.js';

interface ReportOptions {
  readonly context: CliContext;
  readonly output: 'text' | 'json';
  readonly color?: boolean;
  /** cargo's messages are there, for a program. */
  readonly stdoutTaken?: boolean;
}

/** The artifacts on stdout (a path a line, or one JSON object), what a person wants to know of them on stderr. */
export function reportBuild(result: BuildResult, options: ReportOptions): void {
  if (result.kind !== 'ok') return;
  const { context, output, stdoutTaken } = options;
  if (output === 'json') {
    const { functions, skipped, seconds } = result;
    const names = skipped.map(({ name }) => name);
    print(context, JSON.stringify({ schema: 'crablet.build/1', functions, skipped: names, seconds }));
    return;
  }
  summarize(result, options);
  if (stdoutTaken) return;
  for (const one of result.functions) print(context, relative(context.cwd, one.path));
}

/** One line for each way to build, and why it is taken; the functions only where they differ. */
export function reportWays(ways: Ways, { context, output, color = false }: ReportOptions): void {
  if (output === 'json') return;
  const { dim } = createColors(color);
  const names = new Map<string, string[]>();
  for (const [{ name }, { why }] of ways) names.set(why, [...(names.get(why) ?? []), name]);
  for (const [why, functions] of names) {
    note(context, dim(names.size > 1 ? `${functions.join(', ')}: ${why}` : why));
  }
}

function summarize(
  result: Extract<BuildResult, { kind: 'ok' }>,
  { context, color = false }: ReportOptions,
): void {
  const { bold, dim, yellow } = createColors(color);
  const width = Math.max(...result.functions.map((one) => one.function.length));
  for (const one of result.functions) {
    note(
      context,
      `${bold(one.function.padEnd(width))}  ${describe(one)}${one.changed ? '' : dim('  unchanged')}`,
    );
    if (!one.changed || !one.code) continue;
    for (const line of largestCrates(one.code, context.stderr.columns || 80)) note(context, dim(line));
  }
  for (const { name, requiredFeatures } of result.skipped) {
    note(context, `${yellow(name)} was left out: it needs --features ${requiredFeatures.join(',')}`);
  }
}

/** The ten largest, as far as they say something, in lines that fit. */
function largestCrates({ bytes, crates }: CodeSizes, columns: number): string[] {
  const told = crates.filter((one) => one.bytes >= LEAST_TOLD);
  const parts = told.map((one) => `${one.crate} ${kilobytes(one.bytes)}`);
  const lines = [`  code ${kilobytes(bytes)}:`];
  for (const [index, part] of parts.entries()) {
    const item = index === parts.length - 1 ? part : `${part},`;
    const longer = `${lines.at(-1)} ${item}`;
    if (longer.length <= columns) lines.splice(-1, 1, longer);
    else lines.push(`    ${item}`);
  }
  return lines;
}

const LEAST_TOLD = 1_000;

/** Always in the same unit, so that they can be compared at a glance. Made by hand: `toLocaleString` takes milliseconds. */
function kilobytes(bytes: number): string {
  return `${String(Math.round(bytes / 1000)).replaceAll(/\B(?=(\d{3})+$)/g, ',')} kB`;
}

function describe(one: BuiltFunction): string {
  const { architecture, glibc, runtime } = one;
  const needs = glibc === undefined ? 'static' : `glibc ${glibc}`;
  const { name } = runtimeFacts(runtime);
  const known = name === runtime ? '' : `; what ${runtime} has is not known here`;
  return `${architecture === 'aarch64' ? 'arm64' : architecture}  ${sizes(one)}  ${needs}: starts on ${name}${known}`;
}

/** With the change since the last build, where there is one. */
function sizes({ format, size, programSize, previousSize }: BuiltFunction): string {
  const own =
    format === 'binary' ? sizeText(size) : `${sizeText(size)} ${KIND[format]} of ${sizeText(programSize)}`;
  if (previousSize === undefined || previousSize === size) return own;
  return `${own} (${size > previousSize ? '+' : '−'}${change(Math.abs(size - previousSize))})`;
}

const KIND = { zip: 'zip', oci: 'image' } as const;

function change(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : sizeText(bytes);
}

/** What took longest, for `--timings`. */
export function reportTimings(crates: readonly CrateTime[], { context }: ReportOptions): void {
  if (crates.length === 0) return;
  const named = crates.map(({ crate, seconds }) => `${crate} (${seconds.toFixed(1)} s)`);
  note(context, `slowest crates: ${named.join(', ')}`);
}

/** What `--dry-run` shows: the cargo command lines, and where each artifact would go. */
export function reportPlan(
  runs: readonly CargoRun[],
  outputs: readonly Output[],
  { context, output }: ReportOptions,
): void {
  if (output === 'json') {
    const cargo = runs.map(({ program, argv, env, functions }) => ({
      ...(program !== undefined && { program }),
      argv,
      env,
      functions: functions.map(({ name }) => name),
    }));
    const artifacts = outputs.map(({ function: { name }, path, format }) => ({
      function: name,
      path,
      format,
    }));
    print(context, JSON.stringify({ schema: 'crablet.build-plan/1', cargo, artifacts }));
    return;
  }
  for (const { program = 'cargo', argv, env } of runs) {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${shellWord(value)}`);
    // So that the line can be pasted.
    print(context, [...variables, shellWord(program), ...argv.map(shellWord)].join(' '));
  }
  for (const { function: one, path } of outputs)
    print(context, `${one.name} -> ${relative(context.cwd, path)}`);
}
