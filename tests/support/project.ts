import { execFileSync } from 'node:child_process';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeMetadata, type FakeProject, fakeProject, saysBuilt } from './build-fake-cargo.js';
import { until } from './steering.js';

/**
 * A project without Rust: its "cargo" puts each function's `src/<name>.js`, a handler, into an executable that is
 * a runtime. A source without an arrow does not compile (nor does one that is half saved), a Cargo.toml with `BROKEN` is not understood.
 */
export interface FunctionProject extends FakeProject {
  /** Saves the handler of a function, an expression such as `(event) => event`. */
  save(name: string, handler: string): Promise<void>;
  /** Says which functions there are, and with which settings. */
  functions(names: readonly string[], change?: Partial<FakeMetadata>): Promise<void>;
  /** The next build waits, after it has read the sources and said `HELD`, until what is returned is called. */
  holdNextBuild(): () => void;
  /** How often cargo has built. */
  builds(): Promise<number>;
}

/** What a held build writes. */
export const HELD = /the build is held/;

export async function functionProject(names: readonly string[] = ['hello']): Promise<FunctionProject> {
  const fake = await fakeProject();
  // A file of the moment in which a build starts is rightly built once more (CLOCK_SLACK_MS in src/watch/sources.ts),
  // and the `ready` of that build would be taken for that of a later edit: what is written here is older by then.
  const write: typeof fake.write = async (...file) => {
    const path = await fake.write(...file);
    const written = Date.now();
    await until(() => Date.now() - written > 20);
    return path;
  };
  const project = { ...fake, write };
  const { folder } = project;
  await project.write('.fake/runtime.cjs', RUNTIME);
  const gate = join(folder, '.fake/gate');
  const functions = async (all: readonly string[], change: Partial<FakeMetadata> = {}) => {
    await project.metadata({ packages: [{ name: 'app', bins: all }], ...change });
    await project.onMetadata(METADATA.replaceAll('FOLDER', folder));
    await project.onBuild(buildScript(folder, all));
    // A new file in its place: what cargo reads is never half written.
    await project.write('.fake/Cargo.toml', `# ${all.join(', ')} ${JSON.stringify(change)}\n`);
    await rename(join(folder, '.fake/Cargo.toml'), join(folder, 'Cargo.toml'));
  };
  const save = async (name: string, handler: string) => {
    await project.write(`src/${name}.js`, `${handler}\n`);
  };
  for (const name of names) await save(name, `() => '${name} one'`);
  await functions(names);
  return {
    ...project,
    // Its functions are scripts that need files of the whole machine.
    env: { ...project.env, HOME: join(folder, 'home'), CRABLET_WATCH_ISOLATION: 'portable' },
    save,
    functions,
    holdNextBuild() {
      execFileSync('mkfifo', [gate]);
      return () => {
        // Opens once the build has opened it too; the build after it must not find it any more.
        const writer = openSync(gate, 'w');
        unlinkSync(gate);
        writeSync(writer, 'go\n');
        closeSync(writer);
      };
    },
    builds: async () => {
      const log = await readFile(join(folder, '.fake/builds'), 'utf8').catch(() => '');
      return log.length;
    },
  };
}

const METADATA = `
if grep -q BROKEN 'FOLDER/Cargo.toml'; then
  echo "error: failed to parse manifest at FOLDER/Cargo.toml" >&2
  exit 101
fi
cat 'FOLDER/.fake/metadata.json'
`;

function buildScript(folder: string, names: readonly string[]): string {
  const one = (name: string) => `
source='${folder}/src/${name}.js'
made='${folder}/target/debug/${name}'
if ! grep -q '=>' "$source"; then
  printf '%s\\n' '${JSON.stringify(diagnostic(name))}'
  echo 'error: could not compile' >&2
  failed=yes
fi
mkdir -p '${folder}/target/debug'
{ printf '%s\\n' '#!${process.execPath}' "require('${folder}/.fake/runtime.cjs')("; cat "$source"; echo ')'; } > "$made.new"
if cmp -s "$made.new" "$made"; then rm "$made.new"; else chmod +x "$made.new"; mv "$made.new" "$made"; fi
echo "$made: $source" > "$made.d"
${saysBuilt(folder, name)}`;
  return `printf . >> '${folder}/.fake/builds'
${names.map(one).join('\n')}
if [ -p '${folder}/.fake/gate' ]; then echo 'the build is held' >&2; read -r _ < '${folder}/.fake/gate'; fi
if [ -n "\${failed:-}" ]; then exit 101; fi
`;
}

function diagnostic(name: string): unknown {
  const rendered = `\u001b[1merror\u001b[0m: <${name}> does not compile & says so\n`;
  return { reason: 'compiler-message', message: { level: 'error', rendered } };
}

/**
 * A runtime in a few lines: asks for work, answers with what the handler returns; an exception is the function's
 * error, a generator is streamed. It begins to take work once it has said so on stdout.
 */
const RUNTIME = `
const { request, Agent } = require('node:http');
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true });
const INVOCATION = '/2018-06-01/runtime/invocation/';

function ask(method, path, headers = {}, write = (to) => to.end()) {
  return new Promise((resolve, reject) => {
    const asking = request({ host, port, method, path, headers, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    asking.on('error', reject);
    Promise.resolve(write(asking)).catch(reject);
  });
}

const whole = (body) => (to) => to.end(body);

async function answer(handler, event) {
  const id = event.headers['lambda-runtime-aws-request-id'];
  const echo = { 'Lambda-Runtime-Invocation-Id': event.headers['lambda-runtime-invocation-id'] ?? '' };
  try {
    const result = await handler(JSON.parse(event.body), event.headers);
    if (typeof result?.[Symbol.asyncIterator] !== 'function')
      return await ask('POST', INVOCATION + id + '/response', echo, whole(JSON.stringify(result ?? null)));
    const headers = { ...echo, 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked' };
    await ask('POST', INVOCATION + id + '/response', headers, async (to) => {
      try {
        for await (const chunk of result) to.write(chunk);
        to.end();
      } catch {
        // As a runtime that dies in the middle of its answer.
        setImmediate(() => process.exit(1));
      }
    });
  } catch (error) {
    const body = JSON.stringify({ errorType: error.name, errorMessage: error.message });
    await ask('POST', INVOCATION + id + '/error', echo, whole(body));
  }
}

/** An extension is no runtime: it finds no handler in its environment. It says what it hears. */
async function extend(handler) {
  const name = require('node:path').basename(process.argv[1]);
  const registered = await ask(
    'POST', '/2020-01-01/extension/register', { 'Lambda-Extension-Name': name }, whole('{"events":["INVOKE"]}'));
  const id = { 'Lambda-Extension-Identifier': registered.headers['lambda-extension-identifier'] };
  for (;;) {
    const event = await ask('GET', '/2020-01-01/extension/event/next', id);
    console.log(handler(JSON.parse(event.body)));
  }
}

module.exports = async (handler) => {
  if (process.env._HANDLER === undefined) return extend(handler);
  for (;;) await answer(handler, await ask('GET', INVOCATION + 'next'));
};
`;
