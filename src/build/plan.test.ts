import { describe, expect, it } from 'vitest';
import type { BuildValues } from '../project/keys.js';
import { projectWith } from '../project/project.fixture.js';
import type { Project } from '../project/project.js';
import { type CargoSection, planRuns } from './plan.js';

const HOST = 'x86_64-unknown-linux-gnu';

function argvOf(
  build: BuildValues,
  change: Partial<Project> = {},
  section: CargoSection = 'build',
): readonly string[] {
  const project = projectWith([{ settings: { build, watch: section === 'watch' ? build : {} } }], change);
  const runs = planRuns(project, { section, color: false });
  expect(runs).toHaveLength(1);
  return runs[0]?.argv ?? [];
}

const OPTIMIZED = [
  'profile.release.strip="none"',
  'profile.release.lto="thin"',
  'profile.release.codegen-units=1',
  'profile.release.panic="abort"',
];

const configs = (argv: readonly string[]) => argv.filter((_, index) => argv[index - 1] === '--config');

describe('planRuns', () => {
  const plain = ['build', '--bins', '--message-format=json'];
  it.each<[string, BuildValues, readonly string[]]>([
    ['nothing', {}, plain],
    [
      'features',
      { features: ['a', 'b'], no_default_features: true },
      ['--features', 'a,b', '--no-default-features'],
    ],
    ['all features', { all_features: true }, ['--all-features']],
    ['a profile', { profile: 'lambda' }, ['--profile', 'lambda']],
    ['a target', { target: ['aarch64-unknown-linux-musl'] }, ['--target', 'aarch64-unknown-linux-musl']],
    ['arm64', { arm64: true }, ['--target', 'aarch64-unknown-linux-gnu']],
    ["this machine's target, spelt out", { target: [HOST] }, ['--target', HOST]],
    [
      'what cargo passes',
      { locked: true, offline: true, frozen: true, quiet: true, keep_going: true },
      ['--quiet', '--keep-going', '--frozen', '--locked', '--offline'],
    ],
    [
      'jobs, target folder, verbosity',
      { jobs: '2', target_dir: '/t', verbose: 2 },
      ['--jobs', '2', '--target-dir', '/t', '-vv'],
    ],
    ['timings', { timings: true }, ['--timings']],
    ['kinds of timings', { timings: ['html', 'json'] }, ['--timings=html,json']],
    ['unstable flags', { unstable_flags: ['build-std'] }, ['-Z', 'build-std']],
    ['other kinds of targets', { lib: true, tests: true, test: ['x'] }, ['--lib', '--tests', '--test', 'x']],
    [
      'another subcommand',
      { compiler: { type: 'cargo', subcommand: ['zigbuild'], extra_args: ['--x'] } },
      ['zigbuild', '--x'],
    ],
    [
      'messages in JSON are read, and not handed on',
      { message_format: ['json-render-diagnostics'] },
      ['--message-format=json'],
    ],
    ['short messages', { message_format: ['short'] }, ['--message-format=json,json-diagnostic-short']],
  ])('hands on to cargo: %s', (_, build, argv) => {
    expect(argvOf(build)).toEqual(expect.arrayContaining([...argv]));
    if (argv === plain) expect(argvOf(build)).toEqual(plain);
  });

  it('makes release builds small, and debug and custom profiles as they are', () => {
    expect(configs(argvOf({ release: true }))).toEqual(OPTIMIZED);
    expect(configs(argvOf({ profile: 'release' }))).toEqual(OPTIMIZED);
    expect(configs(argvOf({}))).toEqual([]);
    expect(configs(argvOf({ profile: 'lambda', release: true }))).toEqual([]);
    expect(configs(argvOf({ release: true, disable_optimizations: true }))).toEqual([]);
    expect(configs(argvOf({ release: true }, {}, 'watch'))).toEqual([]);
  });

  it.each([
    ['strip', { strip: 'debuginfo' }, 0],
    ['debug information', { debug: true }, 0],
    ['debug information, limited', { debug: 'line-tables-only' }, 0],
    ['lto', { lto: false }, 1],
    ['codegen-units', { 'codegen-units': 16 }, 2],
    ['panic', { panic: 'unwind' }, 3],
  ])("leaves the project's own %s alone", (_, releaseProfile, at) => {
    const expected = OPTIMIZED.filter((__, index) => index !== at);
    expect(configs(argvOf({ release: true }, { releaseProfile }))).toEqual(expected);
  });

  it('strips when debug information is switched off', () => {
    expect(configs(argvOf({ release: true }, { releaseProfile: { debug: false } }))).toEqual(OPTIMIZED);
    expect(configs(argvOf({ release: true }, { releaseProfile: { debug: 0 } }))).toEqual(OPTIMIZED);
    expect(configs(argvOf({ release: true }, { releaseProfile: { strip: true, debug: 1 } }))).toEqual(
      OPTIMIZED,
    );
  });

  it("lets the user's own --config win", () => {
    const argv = argvOf({ release: true, config: ['profile.release.panic="unwind"'] });
    expect(configs(argv).at(-1)).toBe('profile.release.panic="unwind"');
  });

  it('repeats the selection as it was written, so that cargo unifies features as for the user', () => {
    const selection = {
      ...projectWith([]).selection,
      manifestPath: 'x/Cargo.toml',
      packages: ['a', 'b'],
      bins: ['one'],
      examples: ['demo'],
    };
    expect(argvOf({}, { selection }).slice(0, -1)).toEqual([
      ...['build', '--manifest-path', 'x/Cargo.toml', '--package', 'a', '--package', 'b'],
      ...['--bin', 'one', '--example', 'demo'],
    ]);
    const whole = {
      ...projectWith([]).selection,
      workspace: true,
      exclude: ['c'],
      allExamples: true,
      allBins: true,
    };
    expect(argvOf({}, { selection: whole }).slice(0, -1)).toEqual([
      ...['build', '--workspace', '--exclude', 'c', '--bins', '--examples'],
    ]);
  });

  it('runs cargo once for ten functions', () => {
    const ten = Array.from({ length: 10 }, (_, index) => ({ name: `f${index}`, packageName: `p${index}` }));
    expect(planRuns(projectWith(ten), { section: 'build', color: false })).toHaveLength(1);
  });

  it('runs cargo once more for functions whose package wants other features', () => {
    const project = projectWith([
      { name: 'a', packageName: 'pa' },
      { name: 'b', packageName: 'pb', settings: { build: { features: ['x'] } } },
      { name: 'c', packageName: 'pc' },
    ]);
    const runs = planRuns(project, { section: 'build', color: false });
    expect(runs.map(({ argv }) => argv.slice(0, -1))).toEqual([
      ['build', '--package', 'pa', '--package', 'pc', '--bin', 'a', '--bin', 'c'],
      ['build', '--package', 'pb', '--bin', 'b', '--features', 'x'],
    ]);
    expect(runs.map(({ functions }) => functions.map(({ name }) => name))).toEqual([['a', 'c'], ['b']]);
  });

  it('builds some functions only, by their names', () => {
    const project = projectWith([{ name: 'a' }, { name: 'b' }]);
    const [first] = project.functions;
    const runs = planRuns(project, {
      section: 'watch',
      functions: first ? [first] : [],
      color: true,
    });
    expect(runs[0]?.argv).toEqual([
      'build',
      '--package',
      'hello',
      '--bin',
      'a',
      '--message-format=json-diagnostic-rendered-ansi',
    ]);
  });

  it('gives cargo the variables of build, but not those that a watched function runs with', () => {
    const project = projectWith([{ settings: { environment: { A: 'b' } } }]);
    const env = (section: CargoSection) =>
      planRuns(project, { section, color: true, progressColumns: 80 })[0]?.env;
    const terminal = {
      CARGO_TERM_COLOR: 'always',
      CARGO_TERM_PROGRESS_WHEN: 'always',
      CARGO_TERM_PROGRESS_WIDTH: '80',
    };
    expect(env('build')).toEqual({ ...terminal, A: 'b' });
    expect(env('watch')).toEqual(terminal);
  });
});
