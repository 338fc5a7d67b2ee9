import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../src/package-root.js';

/** Which parts of src/ each part may import; docs/architecture.md tells why. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  cli: [
    'bench',
    'watch',
    'new',
    'build',
    'deploy',
    'local',
    'invoke',
    'logs',
    'traces',
    'aws',
    'project',
    'events',
    'http',
    'process',
    'lambda',
    'errors',
    'version',
    'package-root',
    'make-folder',
  ],
  cdk: ['build', 'project', 'lambda', 'errors', 'version', 'package-root'],
  watch: ['build', 'local', 'template', 'project', 'http', 'process', 'lambda', 'make-folder', 'errors'],
  template: ['lambda', 'errors'],
  bench: ['local', 'http', 'process', 'lambda', 'errors'],
  new: ['project', 'events', 'process', 'package-root', 'make-folder', 'errors'],
  build: ['project', 'process', 'make-folder', 'errors', 'zip-listing'],
  local: ['http', 'process', 'traces', 'lambda', 'make-folder', 'errors', 'zip-listing'],
  aws: ['bench', 'deploy', 'invoke', 'logs', 'http', 'lambda', 'errors'],
  deploy: ['build', 'project', 'lambda', 'errors'],
  logs: ['lambda', 'errors'],
  traces: ['lambda'],
  invoke: ['events', 'http', 'lambda', 'errors'],
  project: ['process', 'lambda', 'errors'],
  events: ['project', 'package-root', 'errors'],
  http: ['errors'],
  process: ['errors'],
  lambda: [],
  errors: [],
  version: [],
  'package-root': [],
  'zip-listing': [],
  'make-folder': [],
  index: ['aws', 'local', 'traces', 'errors', 'version'],
};

/** Runs in a process of its own: its arguments, output and end are its own, too. */
const PROGRAM = 'src/process/starter-program.ts';

/** What only one part of src/ may write; `also` is one more part, or a file. */
const ONLY_IN: readonly { what: string; pattern: RegExp; part: string; also?: string }[] = [
  {
    what: 'printing',
    pattern: /\bconsole\.|\bprocess\.std(out|err)\b/,
    part: 'cli',
    // No command of ours runs above a construct.
    also: 'src/cdk/tell.ts',
  },
  { what: 'ending the process', pattern: /\bprocess\.(exit\(|exitCode\b)/, part: 'cli' },
  // Constructs are made synchronously, and src/process/ is not.
  { what: 'starting processes', pattern: /'node:child_process'/, part: 'process', also: 'cdk' },
  { what: 'the AWS SDK', pattern: /'@aws-sdk\//, part: 'aws' },
  { what: 'the CDK', pattern: /'(aws-cdk-lib|constructs)[/']/, part: 'cdk' },
  { what: 'command-line arguments', pattern: /\bprocess\.argv\b|'commander'|'@clack\/prompts'/, part: 'cli' },
];

/** Biome refuses `any`. */
const NOWHERE: readonly { what: string; pattern: RegExp }[] = [
  { what: 'a module mock', pattern: /\bvi\.(mock|doMock)\(/ },
  { what: 'a focused or retried test', pattern: /\b(it|test|describe)\.only\(|\bretry:/ },
];

const MAX_LINES = 300;
/** Files that may be longer, each with its reason. */
const LONGER: Record<string, { lines: number; why: string }> = {};

const NAMES_THAT_ATTRACT_ANYTHING = /^(utils?|helpers?|common|managers?|misc|shared)(\.|$)/;

const root = packageRoot();
const isTest = (path: string) => /\.(test|fixture)\.ts$/.test(path);
const source = filesOf('src').filter((path) => !isTest(path));
const tests = [...filesOf('src').filter(isTest), ...filesOf('tests')];

describe('imports go one way', () => {
  it('knows every part', () => {
    expect([...new Set(source.map(partOf))].filter((part) => !(part in MAY_IMPORT))).toEqual([]);
  });

  it.each(Object.keys(MAY_IMPORT))('%s', (part) => {
    const allowed = new Set([part, ...(MAY_IMPORT[part] ?? [])]);
    const wrong = source
      .filter((path) => partOf(path) === part)
      .flatMap((path) => importsOf(path).map((imported) => ({ path, imported })))
      .filter(({ imported }) => !allowed.has(partOf(imported)));
    expect(wrong).toEqual([]);
  });

  it('has no cycle between parts', () => {
    const order: string[] = [];
    const visit = (part: string, above: readonly string[]) => {
      expect(above).not.toContain(part);
      for (const next of MAY_IMPORT[part] ?? []) visit(next, [...above, part]);
      order.push(part);
    };
    for (const part of Object.keys(MAY_IMPORT)) visit(part, []);
    expect(order.length).toBeGreaterThan(0);
  });
});

describe('what belongs to one part', () => {
  it.each(ONLY_IN)('$what stays in src/$part', ({ pattern, part, also }) => {
    expect(
      linesWith(
        source.filter((path) => path !== PROGRAM && path !== also && ![part, also].includes(partOf(path))),
        pattern,
      ),
    ).toEqual([]);
  });

  it.each(NOWHERE)('nowhere: $what', ({ pattern }) => {
    const files = [...source, ...tests].filter((path) => path !== 'tests/boundaries.test.ts');
    expect(linesWith(files, pattern)).toEqual([]);
  });
});

describe('names and sizes', () => {
  it('calls no file or folder after everything', () => {
    const names = [...source, ...tests].flatMap((path) => path.split('/'));
    expect(names.filter((name) => NAMES_THAT_ATTRACT_ANYTHING.test(name))).toEqual([]);
  });

  it('writes names in kebab-case', () => {
    const names = [...source, ...tests]
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => path.split('/'));
    expect(
      names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|fixture|d))?(\.ts)?$/.test(name)),
    ).toEqual([]);
  });

  it(`keeps source files to ${MAX_LINES} lines`, () => {
    const long = source.filter((path) => lineCount(path) > (LONGER[path]?.lines ?? MAX_LINES));
    expect(long.map((path) => `${path}: ${lineCount(path)}`)).toEqual([]);
  });

  it('lists no exception that is not needed any more', () => {
    expect(Object.keys(LONGER).filter((path) => lineCount(path) <= MAX_LINES)).toEqual([]);
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('/target/') && !path.includes('/node_modules/'));
}

/** `src/local/front.ts` belongs to `local`, and `src/errors.ts` is a part of its own. */
function partOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.[jt]s$/, '');
}

function importsOf(path: string): string[] {
  const specifiers = text(path).matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier]) => join(dirname(path), specifier ?? '').replaceAll('\\', '/'));
}

function linesWith(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((path) =>
    text(path)
      .split('\n')
      .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
      .filter(({ line }) => pattern.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line))
      .map(({ line, at }) => `${at}: ${line.trim()}`),
  );
}

function lineCount(path: string): number {
  return text(path).split('\n').length - 1;
}

function text(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
