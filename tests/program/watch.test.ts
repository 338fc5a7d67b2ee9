import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import { type RunningCli, startCli } from '../support/cli.js';
import { http } from '../support/http.js';
import { latch } from '../support/latch.js';
import { type FunctionProject, functionProject, HELD } from '../support/project.js';
import { until } from '../support/steering.js';

let project: FunctionProject;
const running: RunningCli[] = [];

beforeEach(async () => {
  project = await functionProject();
});

afterEach(async () => {
  for (const cli of running.splice(0)) await cli.interrupt();
  await project.remove();
});

interface Watching extends RunningCli {
  readonly url: string;
  get(path?: string, headers?: Record<string, string>): Promise<{ status: number; text: string }>;
}

/** `crablet watch`, as soon as it serves; its first build may still run. */
async function watch(argv: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Watching> {
  // A file of this very moment would rightly be built once more (CLOCK_SLACK_MS in src/watch/sources.ts), and its
  // `ready` be taken for that of a later edit: the project's files are to be older, as a real one's are.
  const written = Date.now();
  await until(() => Date.now() - written > 20);
  const cli = startCli(['watch', '--invoke-port', '0', ...argv], {
    cwd: project.folder,
    env: { ...project.env, ...env },
  });
  running.push(cli);
  const [, url = ''] = await cli.until(/serves \d+ functions? at (\S+)/);
  return {
    ...cli,
    url,
    async get(path = '/', headers = {}) {
      const { status, text } = await http(url + path, { headers });
      return { status, text };
    },
  };
}

const ready = (cli: RunningCli) => cli.until(/^ready .*$/m);

describe('watch', () => {
  it('builds, serves, and serves what is saved', async () => {
    const cli = await watch();
    expect(cli.text.stderr).toMatch(/serves 1 function at http:\/\/127\.0\.0\.1:\d+\n {2}hello {2}http:/);
    expect(cli.text.stderr).toContain(`export AWS_ENDPOINT_URL_LAMBDA=${cli.url}\n`);
    expect((await ready(cli))[0]).toMatch(/^ready hello \(\d+\.\d\d s\)$/);
    expect(await cli.get()).toEqual({ status: 200, text: 'hello one' });
    await project.save('hello', "() => 'two'");
    await cli.until(/hello\.js changed, building\n/);
    await ready(cli);
    expect(await cli.get()).toEqual({ status: 200, text: 'two' });
    expect(await cli.interrupt()).toBe(130);
  });

  it('holds requests while the first build runs', async () => {
    const letGo = project.holdNextBuild();
    const cli = await watch();
    await cli.until(HELD);
    const answer = cli.get();
    letGo();
    expect(await answer).toEqual({ status: 200, text: 'hello one' });
  });

  it('builds again when a file is saved during the first build, before it is even observed', async () => {
    const letGo = project.holdNextBuild();
    const cli = await watch();
    await cli.until(HELD);
    await project.save('hello', "() => 'two'");
    letGo();
    await ready(cli);
    await ready(cli);
    expect((await cli.get()).text).toBe('two');
  });

  it('builds once more, and not twice at once, when files are saved during a build', async () => {
    const cli = await watch();
    await ready(cli);
    const letGo = project.holdNextBuild();
    await project.save('hello', "() => 'two'");
    await cli.until(HELD);
    for (const name of ['three', 'four', 'five']) await project.save('hello', `() => '${name}'`);
    letGo();
    await ready(cli);
    await ready(cli);
    expect((await cli.get()).text).toBe('five');
  });

  it('goes on serving when a build fails whose files were edited meanwhile', async () => {
    const cli = await watch();
    await ready(cli);
    const letGo = project.holdNextBuild();
    await project.save('hello', 'half of i');
    await cli.until(HELD);
    await project.save('hello', "() => 'whole'");
    letGo();
    await cli.until(/not compiled, and edited meanwhile/);
    expect(await cli.get()).toMatchObject({ status: 200 });
    await ready(cli);
    expect((await cli.get()).text).toBe('whole');
    expect(cli.text.stderr).not.toContain('requests get the error');
  });

  it('lets a running request finish on the build that it began on', async () => {
    const asked = latch<ServerResponse>();
    const server = createServer((_, response) => asked.open(response));
    const port = await listen(server, 0, '127.0.0.1');
    await project.save('hello', `() => fetch('http://127.0.0.1:${port}').then((answer) => answer.text())`);
    const cli = await watch();
    await ready(cli);
    const old = cli.get();
    const letFinish = await asked;
    await project.save('hello', "() => 'new'");
    await ready(cli);
    expect((await cli.get()).text).toBe('new');
    letFinish.end('old');
    expect(await old).toEqual({ status: 200, text: 'old' });
    server.close();
  });

  it('builds nothing for what no build depends on', async () => {
    const cli = await watch();
    await ready(cli);
    await project.write('src/notes.txt', 'x');
    await project.write('src/.hello.js.swp', 'x');
    await project.write('src/hello.js~', 'x');
    await project.write('target/debug/other', 'x');
    await project.write('README.md', 'x');
    await project.save('hello', "() => 'two'");
    await ready(cli);
    expect(await project.builds()).toBe(2);
  });

  it('ignores what is saved when told so', async () => {
    for (const flags of [['--ignore-changes'], ['--no-reload']]) {
      const cli = await watch(flags);
      await ready(cli);
      await project.save('hello', "() => 'unseen'");
      expect((await cli.get()).text).toBe('hello one');
      await project.save('hello', "() => 'hello one'");
      expect(await cli.interrupt()).toBe(130);
    }
  });

  it('ignores what is saved when the project says so', async () => {
    await project.functions(['hello'], { lambda: { watch: { ignore_changes: true } } });
    const cli = await watch();
    await ready(cli);
    await project.save('hello', "() => 'unseen'");
    expect((await cli.get()).text).toBe('hello one');
  });

  it('does not build for ever when a build writes a file that it depends on', async () => {
    const made = await project.write('target/debug/build/app/out/made.rs', '');
    await project.onBuild(
      `${await readFile(join(project.folder, '.fake/build.sh'), 'utf8')}
       date >> '${made}'; echo 'x: ${made}' >> '${project.folder}/target/debug/hello.d'\n`,
    );
    const cli = await watch();
    await ready(cli);
    await project.save('hello', "() => 'two'");
    await cli.until(/hello\.js changed, building/);
    await ready(cli);
    await project.save('hello', "() => 'three'");
    await cli.until(/hello\.js changed, building/);
    await ready(cli);
    // Three, and one more if a save fell into the last tick of the clock before its build.
    expect(await project.builds()).toBeLessThanOrEqual(4);
  });
});

describe('code that does not compile', () => {
  it('answers 502 with the error as text, in a browser as a page, and is mended by the next save', async () => {
    const cli = await watch();
    await ready(cli);
    await project.save('hello', 'COMPILE ERROR');
    await cli.until(/not compiled: requests get the error until it is mended/);
    expect(cli.text.stderr).toContain('error\u001b[0m: <hello> does not compile & says so\n');
    const text = await cli.get();
    expect(text.status).toBe(502);
    expect(text.text).toBe('error: <hello> does not compile & says so\nerror: could not compile\n\n');
    const page = await cli.get('/', { accept: 'text/html,*/*' });
    expect(page.status).toBe(502);
    expect(page.text).toContain('<pre>error: &lt;hello&gt; does not compile &amp; says so');
    await project.save('hello', "() => 'mended'");
    await ready(cli);
    expect((await cli.get()).text).toBe('mended');
  });

  it('is mended by going back to what was there before', async () => {
    const cli = await watch();
    await ready(cli);
    const before = await readFile(join(project.folder, 'src/hello.js'), 'utf8');
    await project.save('hello', 'COMPILE ERROR');
    await cli.until(/not compiled:/);
    await project.write('src/hello.js', before);
    await ready(cli);
    expect(await cli.get()).toEqual({ status: 200, text: 'hello one' });
  });

  it('refuses API clients with the error too', async () => {
    await project.save('hello', 'COMPILE ERROR');
    const cli = await watch();
    await cli.until(/not compiled:/);
    const { status, text } = await http(`${cli.url}/2015-03-31/functions/hello/invocations`, {
      method: 'POST',
      body: '{}',
    });
    expect(status).toBeGreaterThanOrEqual(500);
    expect(text).toContain('does not compile');
  });

  it('is compiled again when the file that it lacks is made', async () => {
    await rm(join(project.folder, 'src/hello.js'));
    const cli = await watch();
    await cli.until(/not compiled:/);
    await project.save('hello', "() => 'there'");
    await ready(cli);
    expect((await cli.get()).text).toBe('there');
  });

  it('leaves the last good build in place with --keep-serving, but for a first one', async () => {
    await project.save('hello', 'COMPILE ERROR');
    const cli = await watch(['--keep-serving']);
    await cli.until(/not compiled: requests get the error/);
    expect((await cli.get()).status).toBe(502);
    await project.save('hello', "() => 'good'");
    await ready(cli);
    await project.save('hello', 'COMPILE ERROR');
    await cli.until(/not compiled: still serving the last good build/);
    expect(await cli.get()).toEqual({ status: 200, text: 'good' });
  });
});

describe('a project that changes', () => {
  it('tells of a broken manifest, refuses with it, and goes on when it is mended', async () => {
    const cli = await watch();
    await ready(cli);
    await project.write('Cargo.toml', 'BROKEN\n');
    await cli.until(/error: cargo cannot read the project: failed to parse manifest/);
    await cli.until(/fix: Mend the file/);
    const { status, text } = await cli.get();
    expect(status).toBe(502);
    expect(text).toContain('failed to parse manifest');
    await project.functions(['hello']);
    await ready(cli);
    expect(await cli.get()).toEqual({ status: 200, text: 'hello one' });
  });

  it('tells of a misspelt setting', async () => {
    const cli = await watch();
    await ready(cli);
    await project.functions(['hello'], { lambda: { watch: { ignore_chnages: true } } });
    await cli.until(/ignore_chnages/);
    await project.functions(['hello']);
    await ready(cli);
  });

  it('serves functions that are added, and refuses those that are removed', async () => {
    const cli = await watch();
    await ready(cli);
    await project.save('other', "() => 'other one'");
    await project.functions(['hello', 'other']);
    await cli.until(/serves 2 functions/);
    await ready(cli);
    expect((await cli.get('/lambda-url/other/')).text).toBe('other one');
    expect((await cli.get('/lambda-url/hello/')).text).toBe('hello one');
    expect(await cli.get()).toMatchObject({
      status: 404,
      text: expect.stringContaining('/lambda-url/hello/'),
    });
    expect(await announced()).toMatchObject({ functions: ['hello', 'other'] });
    await project.functions(['other']);
    await ready(cli);
    expect((await cli.get()).text).toBe('other one');
    expect((await cli.get('/lambda-url/hello/')).status).toBe(404);
    expect(await announced()).toMatchObject({ functions: ['other'] });
  });

  it('runs the project’s own extensions beside each function, and what is saved of them, too', async () => {
    const lambda = { bin: { spy: { build: { extension: true } } } };
    await project.save('spy', "() => 'spy one'");
    await project.functions(['hello', 'spy'], {
      packages: [{ name: 'app', bins: ['hello', 'spy'], lambda }],
    });
    const cli = await watch(['--log-view', 'pretty']);
    expect(cli.text.stderr).toContain('serves 1 function');
    expect((await ready(cli))[0]).toMatch(/^ready spy, hello /);
    expect(await cli.get()).toEqual({ status: 200, text: 'hello one' });
    await cli.until(/ spy spy one$/m, 'stdout');
    await project.save('spy', "() => 'spy two'");
    expect((await cli.until(/^ready spy \(.*$/m))[0]).toBeTruthy();
    expect(await cli.get()).toEqual({ status: 200, text: 'hello one' });
    await cli.until(/ spy spy two$/m, 'stdout');
  });

  it('refuses a project that has nothing but extensions', async () => {
    await project.functions(['hello'], {
      packages: [{ name: 'app', bins: ['hello'], lambda: { build: { extension: true } } }],
    });
    const cli = startCli(['watch', '--invoke-port', '0'], { cwd: project.folder, env: project.env });
    running.push(cli);
    await cli.until(/'hello' is an extension, which runs beside a function, and there is no function here/);
    await cli.until(/fix: .*crablet watch --extension .*target\/lambda\/extensions\/hello/);
  });

  it('takes new settings: variables, timeout, memory', async () => {
    await project.save('hello', '() => [process.env.A, process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE]');
    const cli = await watch();
    await ready(cli);
    expect((await cli.get()).text).toBe('[null,"128"]');
    await project.functions(['hello'], { lambda: { env: { A: 'b' }, deploy: { memory: 512 } } });
    await ready(cli);
    expect((await cli.get()).text).toBe('["b","512"]');
  });

  it('takes new routes', async () => {
    const route = (path: string) => ({ lambda: { watch: { router: { [path]: 'hello' } } } });
    await project.save('hello', '(event) => event.rawPath');
    await project.save('other', "() => 'other'");
    await project.functions(['hello', 'other'], route('/a/{id}'));
    const cli = await watch();
    await ready(cli);
    expect((await cli.get('/a/1')).text).toBe('/a/1');
    expect((await cli.get('/b/1')).status).toBe(404);
    await project.functions(['hello', 'other'], route('/b/{id}'));
    await ready(cli);
    expect((await cli.get('/a/1')).status).toBe(404);
    expect((await cli.get('/b/1')).text).toBe('/b/1');
  });
});

async function announced(): Promise<unknown> {
  return JSON.parse(await readFile(join(project.folder, 'target/lambda/.local.json'), 'utf8'));
}

describe('where it serves', () => {
  it('says who has the port, and takes a free one only when told', async () => {
    const server = createServer();
    const port = await listen(server, 0, '127.0.0.1');
    const cli = startCli(['watch', '--invoke-port', String(port)], { cwd: project.folder, env: project.env });
    expect(await cli.ended).toBe(3);
    expect(cli.text.stderr).toMatch(
      new RegExp(`error: Port ${port} of 127\\.0\\.0\\.1 is taken by node .*\\(pid ${process.pid}\\)`),
    );
    expect(cli.text.stderr).toContain('--invoke-port 0');
    server.close();
  });

  it('tells where it is while it serves, and nothing of it is left', async () => {
    const cli = await watch();
    await ready(cli);
    expect(await announced()).toMatchObject({ url: cli.url, pid: process.pid, functions: ['hello'] });
    await cli.interrupt();
    expect(await readdir(join(project.folder, 'target/lambda'))).toEqual([]);
  });

  it('does not take back what a second watch says', async () => {
    const first = await watch();
    const second = await watch();
    await first.interrupt();
    expect(await announced()).toMatchObject({ url: second.url });
    await second.interrupt();
    await expect(announced()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
