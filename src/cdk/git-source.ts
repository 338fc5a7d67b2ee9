import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Complaint } from './construct-error.js';
import { hashOf } from './content-hash.js';
import type { SourceOptions } from './source-options.js';
import { readStored, writeStored } from './stored.js';

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** The folder with a repository's files, cloned once for each commit; or what is wrong. */
export function gitCheckout(
  { gitReference = 'HEAD', gitForceClone = false }: SourceOptions,
  remote: string,
  env: NodeJS.ProcessEnv,
): string | Complaint {
  if (remote.startsWith('-') || gitReference.startsWith('-')) {
    const wrong = remote.startsWith('-') ? `gitRemote '${remote}'` : `gitReference '${gitReference}'`;
    return {
      what: `${wrong} begins with a dash.`,
      fix: 'Write the URL of a repository, and a branch, tag or commit.',
    };
  }
  const store = join(cacheFolder(env), 'git', hashOf(remote).slice(0, 16));
  const commit = COMMIT.test(gitReference) ? gitReference : commitOf(remote, gitReference, store, env);
  if (typeof commit !== 'string') return commit;
  const folder = join(store, commit);
  if (gitForceClone) rmSync(folder, { recursive: true, force: true });
  if (existsSync(join(folder, '.git'))) return folder;
  return clone(remote, commit, folder, env);
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'crablet');
}

/** What a branch or tag stands for; without the network what it stood for last. */
function commitOf(
  remote: string,
  reference: string,
  store: string,
  env: NodeJS.ProcessEnv,
): string | Complaint {
  const file = join(store, `ref-${hashOf(reference).slice(0, 16)}.json`);
  // The commit that an annotated tag points to is listed behind it, with ^{}.
  const asked = git(['ls-remote', '--', remote, reference, `${reference}^{}`], env);
  if (asked.status !== 0) {
    const before = readStored<string>(file, () => reference);
    return before ?? refused(`cannot be asked for '${reference}'`, remote, asked);
  }
  const lines = asked.stdout.split('\n').filter((line) => line !== '');
  const commit = (lines.find((line) => line.endsWith('^{}')) ?? lines[0])?.split('\t')[0];
  // Servers list no commits; an abbreviated one is looked for in a whole clone.
  if (commit === undefined && /^[0-9a-f]{7,63}$/.test(reference)) return reference;
  if (commit === undefined) {
    return {
      what: `The repository ${remote} has no branch, tag or commit '${reference}'.`,
      fix: `See what there is: git ls-remote ${remote}`,
    };
  }
  writeStored(file, reference, commit);
  return commit;
}

/** Beside its place first: a clone that was interrupted is never taken for one. */
function clone(remote: string, commit: string, folder: string, env: NodeJS.ProcessEnv): string | Complaint {
  mkdirSync(join(folder, '..'), { recursive: true });
  const aside = mkdtempSync(`${folder}.`);
  const inside = (...argv: string[]) => git(['-C', aside, ...argv], env);
  const shallow = [
    () => inside('init', '--quiet'),
    () => inside('fetch', '--quiet', '--depth', '1', '--', remote, commit),
    () => inside('checkout', '--quiet', '--detach', 'FETCH_HEAD'),
  ];
  const whole = [
    () => inside('fetch', '--quiet', '--tags', '--', remote, '+refs/heads/*:refs/remotes/origin/*'),
    () => inside('checkout', '--quiet', '--detach', commit),
  ];
  // Some servers give out no commit by its name.
  const failed = firstFailure(shallow) && firstFailure(whole);
  const modules =
    failed ?? firstFailure([() => inside('submodule', '--quiet', 'update', '--init', '--recursive')]);
  if (modules) {
    rmSync(aside, { recursive: true, force: true });
    return refused(`cannot be cloned at ${commit}`, remote, modules);
  }
  try {
    renameSync(aside, folder);
  } catch (error) {
    // Another synth was faster.
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(join(folder, '.git'))) throw error;
  }
  return folder;
}

interface GitRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly error?: Error;
}

function firstFailure(steps: readonly (() => GitRun)[]): GitRun | undefined {
  for (const step of steps) {
    const run = step();
    if (run.status !== 0) return run;
  }
  return undefined;
}

function git(argv: readonly string[], env: NodeJS.ProcessEnv): GitRun {
  // A question for a password would wait for ever behind the CDK's own output.
  return spawnSync('git', argv, { encoding: 'utf8', env: { ...env, GIT_TERMINAL_PROMPT: '0' } });
}

function refused(what: string, remote: string, { stderr, error }: GitRun): Complaint {
  if (error)
    return { what: `git is needed for gitRemote, but cannot be run: ${error.message}.`, fix: 'Install git.' };
  return {
    what: `The repository ${remote} ${what}. git says: ${stderr.trim()}`,
    fix: `Mend gitRemote or gitReference; to see it by hand: git ls-remote ${remote}`,
  };
}
