import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliContext } from '../../src/cli/context.js';
import { runCli } from '../../src/cli/main.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crablet-new-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function crablet(argv: readonly string[], context: Partial<CliContext> = {}): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCli(argv, {
    cwd: root,
    env: {},
    stdin: new PassThrough(),
    stdout,
    stderr,
    exitCode: 0,
    interrupted: new AbortController().signal,
    ...context,
  });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** Every file below `folder`, sorted. */
async function tree(folder = root): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const read = (path: string) => readFile(join(root, path), 'utf8');

describe('new', () => {
  it('makes the project and names the next two commands', async () => {
    const ran = await crablet(['new', 'hi_api', '--http']);
    expect(ran).toMatchObject({ code: 0, stdout: '' });
    expect(ran.stderr).toContain('cd hi_api && crablet watch');
    expect(await tree()).toEqual([
      'hi_api/.gitignore',
      'hi_api/Cargo.toml',
      'hi_api/README.md',
      'hi_api/events/function-url.json',
      'hi_api/src/http_handler.rs',
      'hi_api/src/main.rs',
    ]);
  });

  it('prints one JSON object when asked', async () => {
    const ran = await crablet(['new', 'a', '-y', '--output', 'json']);
    expect(JSON.parse(ran.stdout)).toEqual({
      schema: 'crablet.new/1',
      path: join(root, 'a'),
      files: [
        '.gitignore',
        'Cargo.toml',
        'README.md',
        'events/request.json',
        'src/event_handler.rs',
        'src/main.rs',
      ],
      kept: [],
      workspace: null,
    });
  });

  it('makes the folders above, and takes the last part as the name', async () => {
    expect(await crablet(['new', 'deep/er/x', '--http'])).toMatchObject({ code: 0 });
    expect(await read('deep/er/x/Cargo.toml')).toContain('name = "x"');
  });

  it('takes a name beside the folder, and a name for the function', async () => {
    await crablet(['new', 'folder', '--name', 'package', '--function-name', 'the-function', '--http']);
    expect(await read('folder/Cargo.toml')).toMatch(
      /name = "package"[\s\S]*\[\[bin\]\]\nname = "the-function"/,
    );
  });

  it.each([
    ['no kind', ['new', 'x'], 'usage', /no terminal to ask in[\s\S]*--http, or --event-type/],
    [
      'an illegal name',
      ['new', 'my fn', '--http'],
      'usage',
      /'my fn' has characters[\s\S]*crablet new my-fn/,
    ],
    [
      'an illegal function name',
      ['new', 'x', '--http', '--bin-name', 'a.b'],
      'usage',
      /'a\.b' has[\s\S]*--bin-name a-b/,
    ],
    ['an unknown type', ['new', 'x', '--event-type', 'sqs::SqsEvnt'], 'usage', /--event-type sqs::SqsEvent/],
    ['an unknown feature', ['new', 'x', '--http-feature', 'http'], 'usage', /apigw_rest/],
    [
      'a template that is far',
      ['new', 'x', '--template', 'gh:o/r'],
      'usage',
      /git clone .*github\.com\/o\/r/,
    ],
    ['no such template', ['new', 'x', '--template', 'nope'], 'environment', /no template nope/],
    [
      'a flag for templates',
      ['new', 'x', '--http', '--render-var', 'a=b'],
      'usage',
      /--template <folder\|zip>/,
    ],
    [
      'a workspace with a function name',
      ['new', 'x', '--workspace', '--bin-name', 'y'],
      'usage',
      /--bin-name y/,
    ],
    ['a workspace with too long a name', ['new', 'x'.repeat(60), '--workspace'], 'usage', /at most 57/],
    ['no editor', ['new', 'x', '--http', '--open'], 'usage', /export EDITOR/],
  ])('refuses %s and makes nothing', async (_, argv, kind, words) => {
    const ran = await crablet(argv);
    expect(ran.code).toBe(kind === 'usage' ? 2 : 3);
    expect(ran.stderr).toMatch(words);
    expect(await readdir(root)).toEqual([]);
  });

  it('writes into a folder that has other files, and never over one', async () => {
    await write({ 'x/notes.txt': 'mine', 'y/src/main.rs': 'mine' });
    expect(await crablet(['new', 'x', '--http'])).toMatchObject({ code: 0 });
    expect(await tree(join(root, 'x'))).toContain('notes.txt');
    const ran = await crablet(['new', 'y', '--http']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('would be overwritten: src/main.rs.');
    expect(await tree(join(root, 'y'))).toEqual(['src/main.rs']);
    expect(await read('y/src/main.rs')).toBe('mine');
  });

  it('takes an empty folder', async () => {
    await mkdir(join(root, 'x'));
    expect(await crablet(['new', 'x', '--http'])).toMatchObject({ code: 0 });
    expect(await readdir(root)).toEqual(['x']);
  });

  it('says so when a file is in the way of the folder', async () => {
    await write({ x: 'a file' });
    const ran = await crablet(['new', 'x', '--http']);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/x cannot be written/);
    expect(await read('x')).toBe('a file');
  });

  it.each(['x', 'full'])('leaves nothing when it is interrupted (%s)', async (folder) => {
    await write({ 'full/notes.txt': 'mine' });
    const ran = await crablet(['new', folder, '--http'], { interrupted: AbortSignal.abort() });
    expect(ran).toMatchObject({ code: 130 });
    expect(await tree()).toEqual(['full/notes.txt']);
    expect(await readdir(root)).toEqual(['full']);
  });

  it('opens the editor, with its arguments', async () => {
    await write({
      'editor.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[3], process.argv[4]);`,
    });
    const opened = join(root, 'opened with a space');
    const env = {
      ...process.env,
      EDITOR: `"${process.execPath}" '${join(root, 'editor.mjs')}' --wait "${opened}"`,
    };
    await write({
      'editor.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[3], process.argv[4]);`,
    });
    expect(await crablet(['new', 'x', '--http', '--open'], { env })).toMatchObject({ code: 0 });
    expect(await readFile(opened, 'utf8')).toBe(join(root, 'x'));
    const failed = await crablet(['new', 'y', '--http', '--open'], {
      env: { EDITOR: join(root, 'no-such-editor') },
    });
    expect(failed.code).toBe(3);
    expect(existsSync(join(root, 'y/Cargo.toml'))).toBe(true);
  });
});

describe('new in a workspace', () => {
  it('adds the function to the members and keeps the rest of the manifest', async () => {
    await write({ 'Cargo.toml': '# ours\n[workspace]\nmembers = [\n  "a", # first\n]\n' });
    const ran = await crablet(['new', 'functions/b', '--http', '--output', 'json']);
    expect(await read('Cargo.toml')).toBe(
      '# ours\n[workspace]\nmembers = [\n  "a", # first\n  "functions/b",\n]\n',
    );
    expect(JSON.parse(ran.stdout)).toMatchObject({ workspace: join(root, 'Cargo.toml') });
    expect(ran.stderr).toContain('Added to the members in Cargo.toml');
    expect(await read('functions/b/Cargo.toml')).not.toContain('[profile');
  });

  it('leaves a manifest alone that covers it, excludes it or cannot be edited safely', async () => {
    const manifest = 'workspace = { members = ["in/*"], exclude = ["out"] }\n';
    await write({ 'Cargo.toml': manifest });
    expect((await crablet(['new', 'in/a', '--http'])).stderr).not.toContain('members');
    await crablet(['new', 'out/a', '--http']);
    expect(await read('out/a/Cargo.toml')).toContain('[profile.dev]');
    const ran = await crablet(['new', 'other', '--http']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('To do: add "other" to the members in Cargo.toml');
    expect(await read('Cargo.toml')).toBe(manifest);
  });

  it('is no place for another workspace', async () => {
    await write({ 'Cargo.toml': '[workspace]\nmembers = ["a"]\n' });
    const ran = await crablet(['new', 'x', '--workspace']);
    expect(ran.code).toBe(2);
    expect(await readdir(root)).toEqual(['Cargo.toml']);
  });

  it('takes the function away again when the manifest cannot be replaced', async () => {
    const inTheWay = `ws/Cargo.toml.crablet-${process.pid}`;
    await write({ 'ws/Cargo.toml': '[workspace]\nmembers = []\n', 'ws/sub/keep': '', [inTheWay]: 'mine' });
    const before = await tree();
    for (const argv of [
      ['new', 'ws/sub/x', '--http'],
      ['init', 'ws/sub', '--http'],
      ['new', 'ws/sub', '--http'],
    ]) {
      const ran = await crablet(argv);
      expect(ran.code).toBe(3);
      expect(ran.stderr).toContain("The workspace's manifest");
      expect(await tree()).toEqual(before);
      expect(await readdir(join(root, 'ws/sub'))).toEqual(['keep']);
    }
  });
});

describe('init', () => {
  it('adds what is missing and keeps what is there', async () => {
    await write({ 'hello/README.md': 'mine', 'hello/.gitignore': '/target\n.env\n' });
    const ran = await crablet(['init', 'hello', '--http']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('Kept as they were: .gitignore, README.md');
    expect(await read('hello/README.md')).toBe('mine');
    expect(await read('hello/Cargo.toml')).toContain('name = "hello"');
  });

  it('works in the current folder, under another name', async () => {
    expect(await crablet(['init', '--http', '--name', 'other'])).toMatchObject({ code: 0 });
    expect(await read('Cargo.toml')).toContain('name = "other"');
  });

  it.each([
    ['a Cargo.toml', { 'x/Cargo.toml': '[package]' }, /has a Cargo\.toml already/, 2],
    ['code of its own', { 'x/src/main.rs': 'fn main() {}' }, /would be overwritten: src\/main\.rs/, 2],
    ['no folder', {}, /no folder .*x\.[\s\S]*crablet new/, 3],
  ])('refuses %s', async (_, files, words, code) => {
    await write(files);
    const before = await tree();
    const ran = await crablet(['init', 'x', '--http']);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(words);
    expect(await tree()).toEqual(before);
  });
});

describe('a template of the user', () => {
  const template = {
    'CargoLambda.toml': '[template.prompts.greeting]\nmessage = "Which greeting?"\nchoices = ["Hi", "Yo"]\n',
    'template/Cargo.toml': '[package]\nname = "{{ project_name }}"\n',
    'template/src/main.rs': '// {{ greeting }} {{ function_name | default: project_name }}',
    'template/{{ project_name }}.txt': '{{ greeting }}',
    'template/.gitignore': '/target',
  };

  it('is rendered from a folder and from a zip alike', async () => {
    await write(Object.fromEntries(Object.entries(template).map(([path, text]) => [`t/${path}`, text])));
    const entries = Object.entries(template).map(
      ([path, text]) => [`t-main/${path}`, Buffer.from(text)] as const,
    );
    await writeFile(join(root, 't.zip'), zipSync(Object.fromEntries(entries)));
    for (const source of ['t', 't.zip']) {
      const name = `from-${source.replace('.', '-')}`;
      const ran = await crablet([
        'new',
        name,
        '--template',
        source,
        '--render-var',
        'greeting=Yo',
        '--render-file',
        `x`,
      ]);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(await tree(join(root, name))).toEqual([
        '.gitignore',
        'Cargo.toml',
        `${name}.txt`,
        'src/main.rs',
      ]);
      expect(await read(`${name}/src/main.rs`)).toBe(`// Yo ${name}`);
      expect(await read(`${name}/${name}.txt`)).toBe('{{ greeting }}');
    }
  });

  it('names the answer that is missing, and takes only those it offers', async () => {
    await write(Object.fromEntries(Object.entries(template).map(([path, text]) => [`t/${path}`, text])));
    const open = await crablet(['new', 'x', '--template', 't']);
    expect(open.code).toBe(2);
    expect(open.stderr).toMatch(/Which greeting\?[\s\S]*--render-var greeting=<value>/);
    const wrong = await crablet(['new', 'x', '--template', 't', '--render-var', 'greeting=Hey']);
    expect(wrong.stderr).toMatch(/cannot be 'Hey'[\s\S]*--render-var greeting=Hi/);
    expect(await crablet(['new', 'x', '--template', 't', '-y'])).toMatchObject({ code: 0 });
  });

  it('is asked about the kind of function only when it has a use for it', async () => {
    await write({ 't/Cargo.toml': '{% if http_function %}http{% endif %}{{ http_feature }}' });
    expect((await crablet(['new', 'x', '--template', 't'])).stderr).toContain('what kind of function');
    await crablet(['new', 'x', '--template', 't', '--http-feature', 'alb']);
    expect(await read('x/Cargo.toml')).toBe('httpalb');
  });
});

describe('questions', () => {
  const keys = { enter: '\r', y: 'y', ctrlC: '\x03' };

  /** A terminal that types `answers`, one when each question is shown. */
  async function ask(
    argv: readonly string[],
    answers: readonly (readonly [question: string, keys: string])[],
  ) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
    let [shown, left] = ['', [...answers]];
    stderr.on('data', (chunk) => {
      shown += String(chunk);
      const [next] = left;
      if (next && shown.includes(next[0])) {
        left = left.slice(1);
        shown = '';
        // After the question is drawn, and listens.
        setImmediate(() => stdin.write(next[1]));
      }
    });
    const { code } = await crablet(argv, { stdin: stdin as unknown as CliContext['stdin'], stderr });
    return { code, unanswered: left };
  }

  it('yes makes an HTTP function', async () => {
    expect(await ask(['new', 'x'], [['HTTP function?', keys.y]])).toEqual({ code: 0, unanswered: [] });
    expect(await read('x/Cargo.toml')).toContain('lambda_http');
  });

  it('no asks for the event type, found by typing', async () => {
    const answers = [
      ['HTTP function?', keys.enter],
      ['Which event', 'sqsev'],
      ['sqs::SqsEvent', keys.enter],
    ] as const;
    expect(await ask(['new', 'x'], answers)).toEqual({ code: 0, unanswered: [] });
    expect(await read('x/src/event_handler.rs')).toContain('aws_lambda_events::sqs::SqsEvent');
  });

  it('what begins with the typed letters comes first', async () => {
    const answers = [
      ['HTTP function?', keys.enter],
      ['Which event', 'kine'],
      ['kinesis::KinesisEvent', keys.enter],
    ] as const;
    expect(await ask(['new', 'x'], answers)).toEqual({ code: 0, unanswered: [] });
    expect(await read('x/src/event_handler.rs')).toContain('aws_lambda_events::kinesis::KinesisEvent');
  });

  it('Ctrl-C at a question exits 130 and leaves nothing', async () => {
    expect(await ask(['new', 'x'], [['HTTP function?', keys.ctrlC]])).toEqual({ code: 130, unanswered: [] });
    const second = [
      ['HTTP function?', keys.enter],
      ['Which event', keys.ctrlC],
    ] as const;
    expect(await ask(['new', 'x'], second)).toEqual({ code: 130, unanswered: [] });
    expect(await readdir(root)).toEqual([]);
  });

  it('asks nothing in CI, though there is a terminal', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const stderr = Object.assign(new PassThrough(), { isTTY: true });
    expect(await crablet(['new', 'x'], { stdin, stderr, env: { CI: 'true' } })).toMatchObject({ code: 2 });
  });
});
