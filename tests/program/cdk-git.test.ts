import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RustFunction, type RustFunctionProps } from '../../src/cdk/index.js';
import { assetKeys, type CdkProject, cdkProject, templateOf } from '../support/cdk-project.js';

// gitRemote with real git: a bare repository with three commits, a branch, a lightweight and an annotated tag.

const git = (...argv: string[]) =>
  execFileSync(
    'git',
    ['-c', 'user.name=x', '-c', 'user.email=x@y', '-c', 'init.defaultBranch=main', ...argv],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  ).trim();

let project: CdkProject;
let bare: string;
let cache: string;
let commits: string[];

beforeAll(async () => {
  project = await cdkProject({ packages: [{ name: 'hello', bins: ['hello'] }] });
  bare = join(project.folder, 'remote.git');
  const work = join(project.folder, 'work');
  mkdirSync(join(work, 'fn/src'), { recursive: true });
  writeFileSync(join(work, 'fn/Cargo.toml'), '[package]\nname = "hello"\n');
  git('init', '-q', '--bare', bare);
  git('init', '-q', work);
  commits = ['one', 'two', 'three'].map((text) => {
    writeFileSync(join(work, 'fn/src/main.rs'), `// ${text}\n`);
    git('-C', work, 'add', '-A');
    git('-C', work, 'commit', '-qm', text);
    if (text === 'one') git('-C', work, 'tag', 'light');
    if (text === 'two') git('-C', work, 'tag', '-a', 'annotated', '-m', 'it');
    return git('-C', work, 'rev-parse', 'HEAD');
  });
  git('-C', work, 'push', '-q', '--tags', bare, 'HEAD:main', `${commits[1]}:refs/heads/side/way`);
});

beforeEach(() => {
  cache = join(project.folder, 'cache');
  rmSync(cache, { recursive: true, force: true });
  vi.stubEnv('XDG_CACHE_HOME', cache);
  // The files alone count: what cargo would say of them does not matter here.
  vi.stubEnv('CARGO', '/no/such/cargo');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

/** The hash of a function from the repository. */
function keyOf(gitReference?: string, more: RustFunctionProps = {}): string | undefined {
  const props = {
    gitRemote: `file://${bare}`,
    manifestPath: 'fn',
    ...(gitReference !== undefined && { gitReference }),
    ...more,
  };
  return assetKeys(templateOf((at) => new RustFunction(at, 'Hello', props)))[0];
}

const clones = () => {
  const [repository = ''] = readdirSync(join(cache, 'crablet/git'));
  const folder = join(cache, 'crablet/git', repository);
  const names = readdirSync(folder).filter((name) => !name.startsWith('ref-'));
  return { folder, names };
};

/** Does something while the repository cannot be had, as without a network. */
function withoutRemote<Result>(act: () => Result): Result {
  renameSync(bare, `${bare}.away`);
  try {
    return act();
  } finally {
    renameSync(`${bare}.away`, bare);
  }
}

describe('gitReference', () => {
  it.each([
    ['a branch', 'main', 2],
    ['a branch with a slash', 'side/way', 1],
    ['a tag', 'light', 0],
    ['an annotated tag', 'annotated', 1],
    ['HEAD, which is the default', undefined, 2],
  ])('%s is the commit that it stands for', (_, reference, index) => {
    const key = keyOf(reference);
    expect(clones().names).toEqual([commits[index]]);
    expect(keyOf(commits[index])).toBe(key);
    expect(clones().names).toEqual([commits[index]]);
  });

  it('a commit, also one that is written shorter', () => {
    const [first = ''] = commits;
    expect(keyOf(first.slice(0, 9))).toBe(keyOf(first));
    expect(keyOf(first)).not.toBe(keyOf('main'));
  });
});

describe('a clone', () => {
  it('of a commit needs nobody to be asked, and a branch stands for what it stood for last', () => {
    const [byCommit, byBranch] = [keyOf(commits[0]), keyOf('main')];
    withoutRemote(() => {
      expect(keyOf(commits[0])).toBe(byCommit);
      expect(keyOf('main')).toBe(byBranch);
      expect(() => keyOf('side/way')).toThrow(/cannot be asked for 'side\/way'\. git says: .*not appear/s);
    });
  });

  it('is made again where gitForceClone says so, and not otherwise', () => {
    const key = keyOf('main');
    const main = join(clones().folder, commits[2] ?? '', 'fn/src/main.rs');
    writeFileSync(main, '// changed by hand\n');
    const changed = keyOf('main');
    expect(changed).not.toBe(key);
    expect(keyOf('main', { gitForceClone: false })).toBe(changed);
    expect(keyOf('main', { gitForceClone: true })).toBe(key);
    expect(clones().names).toEqual([commits[2]]);
  });

  it('that fails leaves nothing behind', () => {
    const none = '0'.repeat(40);
    expect(() => keyOf(none)).toThrow(
      /\[Stack\/Hello\] The repository file:.* cannot be cloned at 0{40}\. git says/,
    );
    expect(clones().names).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'a branch that is not there',
      () => keyOf('no-such'),
      /The repository file:.* has no branch, tag or commit 'no-such'\.\n {2}fix: See what there is: git ls-remote file:/,
    ],
    [
      'a folder that is not in it',
      () => keyOf('main', { manifestPath: 'elsewhere' }),
      /There is no Cargo\.toml at manifestPath 'elsewhere'/,
    ],
    [
      'a URL of nothing',
      () => keyOf('main', { gitRemote: 'file:///no/such/repository' }),
      /The repository file:\/\/\/no\/such\/repository cannot be asked for 'main'\. git says: /,
    ],
    [
      'a word that is no URL',
      () => keyOf('main', { gitRemote: 'owner/repository' }),
      /The repository owner\/repository cannot be asked for 'main'/,
    ],
    [
      'a reference like a flag',
      () => keyOf('--upload-pack=x'),
      /gitReference '--upload-pack=x' begins with a dash/,
    ],
  ])('%s', (_, make, why) => {
    expect(make).toThrow(why);
  });

  it('anything, where there is no git', () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(() => keyOf('main')).toThrow(
      /git is needed for gitRemote, but cannot be run.*\n {2}fix: Install git/,
    );
    vi.unstubAllEnvs();
  });
});
