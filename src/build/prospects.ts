import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../errors.js';
import { linkersIn, readCargoSettings, targetsIn } from '../project/cargo-settings.js';
import type { Compiler } from '../project/compiler.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { type ChosenWay, ofCargo, questionsOf } from './choose-ways.js';
import { pathOf, type Search } from './find-tools.js';
import { thisHost } from './host.js';
import { DEFAULT_RUNTIME } from './runtimes.js';
import type { Tools } from './tools.js';
import { chooseWay, type Verdict, type Way, type WayQuestion } from './way.js';
import type { Missing } from './way-missing.js';
import { obstacle } from './way-obstacle.js';

/** How a function would be built, or what keeps it from being built. */
export type Prospect = { readonly functions: readonly string[]; readonly target: string | undefined } & (
  | { readonly kind: 'way'; readonly way: ChosenWay['way']; readonly why: string }
  | { readonly kind: 'refused'; readonly what: string; readonly fix: string }
);

export interface ProspectsRequest {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Undefined where there is none: then the question is about any function. */
  readonly project: Project | undefined;
  /** Without a project: what is asked for. */
  readonly target: string | undefined;
  readonly compiler: Compiler | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const START_DOCKER = 'sudo systemctl start docker';

/** What was found on this machine. */
interface Found {
  readonly search: Search;
  readonly tools: Tools;
  readonly links: boolean;
  readonly daemon: boolean | undefined;
}

/** One for each way, with the functions that take it. */
export async function prospectsOf(request: ProspectsRequest, found: Found): Promise<Prospect[]> {
  const questions = await questionsFor(request);
  const prospects = new Map<string, Prospect>();
  for (const [names, question] of questions) {
    const first = chooseWay(question);
    const chosen = first.kind === 'needs-tools' ? chooseWay(question, found.tools) : first;
    const verdict = await tried(chosen, question, found);
    const key = JSON.stringify([
      question.wanted,
      verdict.kind === 'way' ? verdict.way : verdict.error.message,
    ]);
    const before = prospects.get(key)?.functions ?? [];
    prospects.set(key, prospectOf([...before, ...names], question, verdict));
  }
  return [...prospects.values()];
}

type Tried = Exclude<Verdict, { kind: 'needs-tools' }>;

/** Whether what was chosen could be done, too. */
async function tried(verdict: Verdict, question: WayQuestion, found: Found): Promise<Tried> {
  if (verdict.kind === 'needs-tools') throw new Error('the tools were there');
  if (verdict.kind === 'refused') return verdict;
  const { tools, links, search } = found;
  const starts = await startsNot(verdict.way, found);
  const missing = obstacle(verdict.way, question, { tools, links, starts, triples: search.triples });
  if (!missing) return verdict;
  const what = `${verdict.why}; but ${missing.what}.`;
  return { kind: 'refused', error: new UserError('environment.missing-tool', { what, fix: missing.fix }) };
}

async function startsNot(way: Way, { search, daemon }: Found): Promise<Missing | undefined> {
  if (way.kind === 'docker' && daemon === false)
    return { what: `the daemon of ${way.program} does not answer`, fix: START_DOCKER };
  const [program] = way.kind === 'command' ? way.command : [];
  if (program === undefined) return undefined;
  const path = /[/\\]/.test(program) ? resolve(search.cwd, program) : await pathOf(program, search);
  const isThere = path !== undefined && (await stat(path).catch(() => undefined))?.isFile();
  if (isThere) return undefined;
  return { what: `there is no program ${program}`, fix: 'Name another with --compiler, or none' };
}

async function questionsFor(request: ProspectsRequest): Promise<[string[], WayQuestion][]> {
  const { project, target, env, signal } = request;
  if (project) {
    const named = (one: FunctionTarget) => [one.name];
    const asked = await questionsOf(project.functions, { project, section: 'build', env, signal });
    return [...asked].map(([one, question]) => [named(one), question]);
  }
  const host = thisHost();
  const settings = await readCargoSettings(request.cwd, env);
  const asked = target === undefined ? ofCargo(targetsIn(settings, [], env)) : { wanted: target };
  const question = {
    ...asked,
    ...(asked.wanted === host.triple && { wanted: undefined }),
    runtime: DEFAULT_RUNTIME,
    host,
    compiler: request.compiler,
    linkers: linkersIn(settings, env),
    compilesC: undefined,
  };
  return [[[], question]];
}

function prospectOf(functions: string[], { wanted: target }: WayQuestion, verdict: Tried): Prospect {
  if (verdict.kind === 'way') return { functions, target, kind: 'way', way: verdict.way, why: verdict.why };
  return { functions, target, kind: 'refused', what: verdict.error.message, fix: verdict.error.fix };
}
