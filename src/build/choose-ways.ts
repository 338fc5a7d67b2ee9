import { readFile } from 'node:fs/promises';
import { linkersIn, readCargoSettings, readConfigFlag, targetsIn } from '../project/cargo-settings.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { findTools } from './find-tools.js';
import { type Host, hostGlibc, thisHost } from './host.js';
import { type Needs, needKey, readNeeds } from './learned-needs.js';
import { type CargoSection, wantedTarget } from './plan.js';
import { DEFAULT_RUNTIME } from './runtimes.js';
import { gnu, musl, parseTarget } from './target.js';
import type { Tools } from './tools.js';
import { chooseWay, type Way, type WayQuestion } from './way.js';

export interface ChosenWay {
  readonly way: Way;
  /** One line for a person. */
  readonly why: string;
}

export type Ways = ReadonlyMap<FunctionTarget, ChosenWay>;

export interface WaysRequest {
  readonly project: Project;
  readonly functions?: readonly FunctionTarget[] | undefined;
  readonly section: CargoSection;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** What is known of plain builds; what was remembered in the target folder without it. */
  readonly needs?: Needs;
  /** Not of this machine; for tests and for `doctor`. */
  readonly host?: Host;
}

/** How each function will be compiled. What is installed is looked for only when it decides something, and once. */
export async function chooseWays(request: WaysRequest): Promise<Ways> {
  const functions = request.functions ?? request.project.functions;
  const questions = await questionsOf(functions, request);
  let tools: Promise<Tools> | undefined;
  const chosen = new Map<FunctionTarget, ChosenWay>();
  for (const [one, question] of questions) {
    let verdict = chooseWay(question);
    if (verdict.kind === 'needs-tools') {
      tools ??= toolsFor([...questions.values()], request);
      verdict = chooseWay(question, await tools);
    }
    if (verdict.kind === 'refused') throw verdict.error;
    if (verdict.kind === 'way') chosen.set(one, verdict);
  }
  return chosen;
}

/** What is asked for each function. */
export async function questionsOf(
  functions: readonly FunctionTarget[],
  { project, section, env, host = thisHost(), needs: known }: WaysRequest,
): Promise<Map<FunctionTarget, WayQuestion>> {
  const needs = known ?? (section === 'build' ? await readNeeds(project.targetDirectory) : {});
  const settings = await readCargoSettings(project.cwd, env);
  const targets = new Map<FunctionTarget, TargetAsked>();
  for (const one of functions) {
    const flags = (one.settings[section].config ?? []).map((flag) => readConfigFlag(flag, project.cwd));
    targets.set(
      one,
      targetFor(one, section, host, targetsIn(settings, (await Promise.all(flags)).flat(), env)),
    );
  }
  const linkers = linkersIn(settings, env);
  // The lock file only says something about another machine, or about musl.
  const isPlain = functions.every((one) => isPlainHere(one, section, targets.get(one)));
  const compilesC = isPlain ? undefined : await lockCompilesC(project.lockfile);
  const question = (one: FunctionTarget): WayQuestion => {
    const runtime = one.settings.deploy.runtime ?? DEFAULT_RUNTIME;
    return {
      wanted: undefined,
      ...targets.get(one),
      runtime,
      host,
      hostGlibc: runtime === DEFAULT_RUNTIME || section === 'watch' ? undefined : hostGlibc(),
      compiler: section === 'build' ? one.settings.build.compiler : undefined,
      needed: needs[needKey(one)],
      linkers,
      compilesC,
    };
  };
  return new Map(functions.map((one) => [one, question(one)]));
}

type TargetAsked = Pick<WayQuestion, 'wanted' | 'several'>;

/**
 * `--x86-64` on such a machine is a plain build, which shares its cache with `cargo build`, unless cargo's configuration
 * would make something else of it.
 */
function targetFor(
  one: FunctionTarget,
  section: CargoSection,
  host: Host,
  cargos: readonly string[],
): TargetAsked {
  const wanted = wantedTarget(one, section);
  if (wanted === undefined) return ofCargo(cargos);
  const byName = one.settings[section].target !== undefined;
  return { wanted: wanted === host.triple && !byName && cargos.length === 0 ? undefined : wanted };
}

/** What cargo's configuration says, where nobody says it to crablet. */
export function ofCargo(targets: readonly string[]): TargetAsked {
  const [first, ...others] = [...new Set(targets)];
  if (others.length > 0) return { wanted: undefined, several: [first!, ...others] };
  // A file of a description has a path of cargo's own, and `host-tuple` is its word for none.
  const isOwn = first === undefined || first.endsWith('.json') || first === 'host-tuple';
  return { wanted: isOwn ? undefined : first };
}

function isPlainHere(one: FunctionTarget, section: CargoSection, asked: TargetAsked | undefined): boolean {
  const compiler = section === 'build' ? one.settings.build.compiler?.type : undefined;
  return asked?.wanted === undefined && compiler !== 'musl';
}

function toolsFor(questions: readonly WayQuestion[], { project, env, signal }: WaysRequest): Promise<Tools> {
  const wanted = questions.flatMap((one) =>
    one.wanted === undefined ? [] : [parseTarget(one.wanted).triple],
  );
  const triples = [...wanted, ...(['x86_64', 'aarch64'] as const).flatMap((one) => [gnu(one), musl(one)])];
  return findTools({ cwd: project.cwd, env, signal, triples: [...new Set(triples)] });
}

/** Crates that only serve to compile or find C. */
const FOR_C = /^name = "(cc|cmake|pkg-config|autotools|meson|nasm-rs|system-deps)"$/m;

/** Undefined without a lock file: nobody has resolved the dependencies yet. */
async function lockCompilesC(lockfile: string): Promise<boolean | undefined> {
  return readFile(lockfile, 'utf8').then(
    (text) => FOR_C.test(text),
    () => undefined,
  );
}
