import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, invoke, invokeIdle, serve, serveReal } from '../support/functions.js';
import { splitAddress } from '../support/http.js';
import { embed, eventually, runningIn, temporaryFolder, writeBootstrap } from '../support/processes.js';
import { forever, next, respond } from '../support/runtime-actions.js';

/** Real processes: what they are given, and that nothing of them is left. */

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Starts a process of its own, which outlives it unless the whole group is ended, and tells of both. */
const PARENT = `() => {
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  return { pid: process.pid, child: child.pid, tmp: process.env.TMPDIR };
}`;

interface Told {
  readonly pid: number;
  readonly child: number;
  readonly tmp: string;
}

async function startParent(service: Parameters<typeof invoke>[0]): Promise<Told> {
  const told = JSON.parse((await invoke(service)).text) as Told;
  expect(runningIn(told.pid).sort()).toEqual([told.pid, told.child].sort());
  expect(existsSync(told.tmp)).toBe(true);
  return told;
}

function bootstrap(handle: string): string {
  const path = join(folder.path, 'bootstrap');
  writeBootstrap(path, handle);
  return path;
}

describe('close', () => {
  it('leaves no process, no file, no socket', async () => {
    const service = await serveReal({ functions: [{ name: 'hello', bootstrap: bootstrap(PARENT) }] });
    const told = await startParent(service);
    await service.close();
    await eventually('the group ends', () => runningIn(told.pid).length === 0);
    await eventually('the folder is removed', () => !existsSync(dirname(told.tmp)));
    await expect(once(connect(Number(new URL(service.url).port), '127.0.0.1'), 'connect')).rejects.toThrow();
  });

  it('refuses a request whose rest comes only now, and starts nothing for it', async () => {
    const service = await serve([forever(next(), respond())]);
    const [host, port] = splitAddress(service.url.slice('http://'.length));
    const socket = connect(port, host);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(
      'POST /2015-03-31/functions/hello/invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{',
    );
    // A later request is answered: this one has been read as far as it goes.
    await invoke(service, '{}', { headers: { 'X-Amz-Invocation-Type': 'DryRun' } });
    const closed = service.close();
    socket.write('}');
    await once(socket, 'close');
    await closed;
    expect(answer).toMatch(/^HTTP\/1.1 500 /);
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('is not disturbed by functions that make and remove files until their end', async () => {
    const busy = `const fs = require('node:fs');
      const name = (n) => process.env.TMPDIR + '/' + n % 50;
      for (let n = 0; n < 1000000; n += 1) {
        fs.mkdirSync(name(n) + '/deep', { recursive: true });
        fs.rmSync(name(n + 25), { recursive: true, force: true });
      }`;
    const path = bootstrap(`async () => {
      require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(busy)}], { stdio: 'ignore' });
      while (require('node:fs').readdirSync(process.env.TMPDIR).length === 0) await new Promise(setImmediate);
      return process.env.TMPDIR;
    }`);
    const service = await serveReal({ functions: [{ name: 'hello', bootstrap: path }] });
    const folders: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all([invoke(service), invoke(service)]);
      folders.push(...answers.map(({ text }) => JSON.parse(text) as string));
      service.remove('hello');
      service.define({ name: 'hello', bootstrap: path });
    }
    await service.close();
    await eventually('all folders are removed', () => !folders.some((tmp) => existsSync(dirname(tmp))));
  });
});

describe('a timeout or an update', () => {
  it('ends what the function started as well', async () => {
    const path = bootstrap(PARENT);
    const service = await serveReal({ functions: [{ name: 'hello', bootstrap: path }] });
    const told = await startParent(service);
    await eventually('it asks for more', () => service.environmentCount('hello') === 1);
    service.update('hello', { bootstrap: path, taskRoot: folder.path });
    await startParent(service);
    await service.close();
    await eventually('the group ends', () => runningIn(told.pid).length === 0);
  });

  it('a process that ignores SIGTERM ends too', async () => {
    const path = bootstrap(`() => {
      process.on('SIGTERM', () => {});
      require('node:fs').writeFileSync(process.env.TMPDIR + '/pid', String(process.pid));
      return new Promise(() => setInterval(() => {}, 1000));
    }`);
    const service = await serveReal({
      functions: [{ name: 'hello', bootstrap: path, timeoutSeconds: 1.5 }],
    });
    expect(failureOf(await invoke(service)).errorMessage).toContain('Task timed out after 1.50 seconds');
  });
});

describe('what a process is given', () => {
  it('is the recorded environment, its folder, and nothing of ours', async () => {
    process.env['CRABLET_TEST_SECRET'] = 'not for functions';
    const path = bootstrap('() => ({ env: process.env, cwd: process.cwd(), argv: process.argv.length })');
    const service = await serveReal({
      functions: [{ name: 'hello', bootstrap: path, environment: { OWN: 'ü', PATH: '/own' } }],
      passedOn: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      credentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 's', sessionToken: 't' }),
    });
    const { env, cwd, argv } = JSON.parse((await invoke(service)).text);
    delete process.env['CRABLET_TEST_SECRET'];
    expect(cwd).toBe(folder.path);
    expect(argv).toBe(2);
    expect(Object.keys(env).sort()).toEqual(
      [
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_ENDPOINT_URL',
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        'AWS_LAMBDA_FUNCTION_NAME',
        'AWS_LAMBDA_FUNCTION_VERSION',
        'AWS_LAMBDA_INITIALIZATION_TYPE',
        'AWS_LAMBDA_LOG_GROUP_NAME',
        'AWS_LAMBDA_LOG_STREAM_NAME',
        'AWS_LAMBDA_RUNTIME_API',
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'AWS_XRAY_CONTEXT_MISSING',
        'AWS_XRAY_DAEMON_ADDRESS',
        'LAMBDA_RUNTIME_DIR',
        'LAMBDA_TASK_ROOT',
        'LANG',
        'LD_LIBRARY_PATH',
        'OWN',
        'PATH',
        'TMPDIR',
        'TZ',
        '_AWS_XRAY_DAEMON_ADDRESS',
        '_AWS_XRAY_DAEMON_PORT',
        '_HANDLER',
      ].sort(),
    );
    expect(env).toMatchObject({
      OWN: 'ü',
      PATH: '/own',
      AWS_LAMBDA_FUNCTION_NAME: 'hello',
      AWS_ACCESS_KEY_ID: 'AKIA',
    });
  });

  it('credentials that cannot be had are told to the caller, not waited for', async () => {
    const service = await serve([forever(next(), respond())], {
      credentials: () => Promise.reject(new Error('the session has expired')),
    });
    expect(failureOf(await invokeIdle(service)).errorMessage).toContain('the session has expired');
  });
});

it('SIGKILL of the embedding process ends its functions and removes their files', async () => {
  const path = bootstrap(PARENT);
  const { child, line } = await embed(
    folder.path,
    `import { createLocalLambda } from './src/local/local-lambda.js';
     const service = await createLocalLambda({ functions: [{ name: 'hello', bootstrap: ${JSON.stringify(path)} }] });
     const one = service.invoke('hello');
     const two = service.invoke('hello');
     for (const { payload } of await Promise.all([one, two])) console.log(payload.toString());
     setInterval(() => {}, 1000);`,
  );
  const told = [JSON.parse(await line()), JSON.parse(await line())] as Told[];
  for (const { pid, child: started } of told) {
    expect(runningIn(pid).sort()).toEqual([pid, started].sort());
  }
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  for (const { pid, tmp } of told) {
    await eventually('the group ends', () => runningIn(pid).length === 0);
    await eventually('the files are removed', () => !existsSync(dirname(tmp)));
  }
});
