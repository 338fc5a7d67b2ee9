import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type { LocalEvent } from '../../src/local/events.js';
import { Linux } from '../../src/local/isolation/linux.js';
import { ownGroups } from '../../src/local/isolation/own-groups.js';
import { missingForLinux } from '../../src/local/isolation/strength.js';
import type { FunctionDefinition, LocalLambdaOptions } from '../../src/local/local-lambda.js';
import { descendantsOf, isRunning } from '../support/cli.js';
import { failureOf, invoke, serveReal } from '../support/functions.js';
import { logOf } from '../support/log-lines.js';
import { embed, eventually, runningIn, stateOf } from '../support/processes.js';

/** What real functions may use, with each isolation that this machine has. */

const abilities = await Linux.probe();
const missing = missingForLinux(abilities);
const why = missing ? ` (skipped: ${missing.what}. ${missing.fix})` : '';

const folder = mkdtempSync(join(tmpdir(), 'crablet-isolation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The function `confined`, in a folder of its own. */
async function confined(options: Partial<LocalLambdaOptions>, settings: Partial<FunctionDefinition> = {}) {
  const task = mkdtempSync(join(folder, 'task-'));
  const bootstrap = join(task, 'bootstrap');
  await copyFile(inject('functions')['confined']!, bootstrap);
  const events: LocalEvent[] = [];
  const service = await serveReal({
    functions: [{ name: 'confined', bootstrap, ...settings }],
    onEvent: (event) => events.push(event),
    ...options,
  });
  const call = (what: object) => invoke(service, JSON.stringify(what), { name: 'confined' });
  const did = async (what: object) => JSON.parse((await call(what)).text);
  return { service, events, call, did, task };
}

const isolations = missing ? (['portable'] as const) : (['linux', 'portable'] as const);

describe.each(isolations)('with %s isolation', (isolation) => {
  it('/tmp is kept when the process is reset', async () => {
    const { call, did } = await confined({ isolation });
    const { env } = await did({ do: 'look' });
    const path = join(env.TMPDIR ?? '/tmp', 'kept');
    expect(await did({ do: 'write', path })).toEqual({ ok: null });
    failureOf(await call({ do: 'exit', status: 1 }));
    expect(await did({ do: 'read', path })).toEqual({ ok: 'written' });
  });

  it('a function that takes more memory than it has is killed, and the next invocation works', async () => {
    const { service, events, call, did } = await confined({ isolation });
    expect(await did({ do: 'hold', mb: 60 })).toBe(60);
    expect(failureOf(await call({ do: 'hold', mb: 4_000 }))).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringMatching(
        /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
      ),
    });
    expect(await did({ do: 'hold', mb: 1 })).toBe(1);
    await service.close();
    expect(logOf(events).filter((line) => line.includes('Status: error'))).toEqual([
      'REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory',
    ]);
  });

  it('Max Memory Used is what it had at most', async () => {
    const { service, events, did } = await confined({ isolation }, { memoryMb: 256 });
    await did({ do: 'hold', mb: 100 });
    await service.close();
    const used = events.flatMap((event) =>
      event.type === 'platform' && event.record.type === 'report' ? (event.record.maxMemoryMb ?? []) : [],
    );
    expect(used).toHaveLength(1);
    expect(used[0]).toBeGreaterThan(100);
    expect(used[0]).toBeLessThan(130);
  });

  it('nothing of a function runs between its invocations', async () => {
    const { did } = await confined({ isolation });
    const { pid } = await did({ do: 'look' });
    await did({ do: 'background' });
    await eventually('the process is frozen', () => isFrozen(pid));
    // The kernel's word for it: no thread of it runs before it is thawed, and it is thawed for the next invocation.
    expect(await did({ do: 'count' })).toBeGreaterThanOrEqual(0);
    await eventually('the process is frozen again', () => isFrozen(pid));
  });

  it('an exit is told as it was, also one that looks like a signal to a shell', async () => {
    const { call } = await confined({ isolation });
    expect(failureOf(await call({ do: 'exit', status: 137 })).errorMessage).toContain('exit status 137');
  });
});

const EROFS = 30;
const ENOSPC = 28;

describe.skipIf(missing)(`as on AWS${why}`, () => {
  const linux = { isolation: 'linux' } as const;

  it('nothing can be written but /tmp', async () => {
    const { did, task } = await confined(linux);
    for (const path of [
      '/var/task/new',
      '/var/task/bootstrap',
      '/opt/new',
      '/etc/passwd',
      '/usr/new',
      '/dev/new',
      '/new',
    ]) {
      expect(await did({ do: 'write', path }), path).toEqual({ error: EROFS });
    }
    expect(await did({ do: 'write', path: '/tmp/new' })).toEqual({ ok: null });
    expect(readdirSync(task)).toEqual(['bootstrap']);
  });

  it('the process is where and who it is there', async () => {
    const { did } = await confined(linux);
    const { program, cwd, env, status, limits, passwd, root, task, opt, tmp } = await did({ do: 'look' });
    expect({ program, cwd, task, opt, tmp }).toEqual({
      program: '/var/task/bootstrap',
      cwd: '/var/task',
      task: ['bootstrap'],
      opt: [],
      tmp: [],
    });
    expect(env.LAMBDA_TASK_ROOT).toBe('/var/task');
    for (const absent of ['TMPDIR', 'HOME', 'PWD', 'OLDPWD', 'SHLVL', 'USER'])
      expect(env).not.toHaveProperty(absent);
    const uid = /^Uid:\t(\d+)\t\1\t\1\t\1$/m.exec(status)?.[1];
    expect(Number(uid)).toBeGreaterThanOrEqual(990);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(passwd).toContain(`sbx_user1051:x:${uid}:990:`);
    // SNAP:test_lambda#test_runtime_ulimits
    const limit = (name: string) => new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(limits)?.slice(1);
    expect(limit('Max open files')).toEqual(['1024', '1024']);
    expect(limit('Max processes')).toEqual(['742', '742']);
    expect(limit('Max locked memory')).toEqual(['65536', '65536']);
    expect(limit('Max core file size')).toEqual(['10737418240', '10737418240']);
    expect(limit('Max stack size')?.[0]).toBe('8388608');
    expect(root).not.toContain('home');
    expect(root).not.toContain('root');
  });

  it.each(['sandbox.localdomain', 'sandbox'])('%s is its own address', async (path) => {
    const { did } = await confined(linux);
    expect(await did({ do: 'resolve', path })).toEqual(['127.0.0.1']);
    expect(await did({ do: 'resolve', path: 'localhost' })).toContain('127.0.0.1');
  });

  it('files that are linked into the task folder are there', async () => {
    const { service, did, task } = await confined(linux);
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
    writeFileSync(join(elsewhere, 'data.json'), '{}');
    mkdirSync(join(task, 'deep'));
    symlinkSync(join(elsewhere, 'data.json'), join(task, 'deep', 'data.json'));
    symlinkSync(elsewhere, join(task, 'folder'));
    service.update('confined', { bootstrap: join(task, 'bootstrap'), taskRoot: task });
    expect(await did({ do: 'read', path: '/var/task/deep/data.json' })).toEqual({ ok: '{}' });
    expect(await did({ do: 'read', path: 'folder/data.json' })).toEqual({ ok: '{}' });
    expect(await did({ do: 'write', path: 'folder/data.json' })).toEqual({ error: EROFS });
  });

  it('files that only their owner may read can be read', async () => {
    const { service, did, task } = await confined(linux);
    writeFileSync(join(task, 'private'), 'mine', { mode: 0o600 });
    mkdirSync(join(task, 'closed'), { mode: 0o700 });
    writeFileSync(join(task, 'closed', 'inside'), 'too');
    service.update('confined', { bootstrap: join(task, 'bootstrap'), taskRoot: task });
    expect(await did({ do: 'read', path: '/var/task/private' })).toEqual({ ok: 'mine' });
    expect(await did({ do: 'read', path: '/var/task/closed/inside' })).toEqual({ ok: 'too' });
  });

  it('layers lie over each other in /opt', async () => {
    const layers = ['lower', 'upper'].map((name) => {
      const layer = mkdtempSync(join(folder, 'layer-'));
      mkdirSync(join(layer, 'lib'));
      writeFileSync(join(layer, 'lib', 'both'), name);
      writeFileSync(join(layer, 'lib', name), name);
      return layer;
    });
    const { did } = await confined(linux, { layers });
    expect(await did({ do: 'read', path: '/opt/lib/both' })).toEqual({ ok: 'upper' });
    expect(await did({ do: 'read', path: '/opt/lib/lower' })).toEqual({ ok: 'lower' });
    expect(await did({ do: 'write', path: '/opt/lib/lower' })).toEqual({ error: EROFS });
  });

  it.skipIf(!abilities.sizedTmp)('/tmp has its size, and is not of the memory', async () => {
    const { did } = await confined(linux, { ephemeralStorageMb: 600 });
    expect(await did({ do: 'write', path: '/tmp/much', mb: 400 })).toEqual({ ok: null });
    expect(await did({ do: 'write', path: '/tmp/more', mb: 300 })).toEqual({ error: ENOSPC });
  });

  it.skipIf(!abilities.cpu)('processors are shared out by memory, and init has all of them', async () => {
    const { did } = await confined({ ...linux, cpu: 'aws' });
    const { wall, cpu } = await did({ do: 'burn', ms: 1_000 });
    // 128 / 1769 is 7.2 %.
    expect(cpu / wall).toBeLessThan(0.15);
    const full = await confined(linux);
    const unlimited = await full.did({ do: 'burn', ms: 1_000 });
    expect(unlimited.cpu / unlimited.wall).toBeGreaterThan(cpu / wall);
  });

  it('environments are apart, and leave nothing', async () => {
    const { service, did, call } = await confined(linux);
    const [one, two] = await Promise.all([did({ do: 'look' }), did({ do: 'look' })]);
    expect(one.pid).not.toBe(two.pid);
    await call({ do: 'write', path: '/tmp/mine' });
    const groups = [one.pid, two.pid].flatMap(groupsOf);
    expect(groups.length).toBeGreaterThan(0);
    await service.close();
    await eventually('the processes end', () =>
      [one.pid, two.pid].every((pid) => runningIn(pid).length === 0),
    );
    await eventually('the control groups are gone', () => groups.every((group) => !exists(group)));
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('crablet');
  });

  it('nothing is left when the service is killed, whatever state its functions are in', async () => {
    const bootstrap = join(mkdtempSync(join(folder, 'task-')), 'bootstrap');
    await copyFile(inject('functions')['confined']!, bootstrap);
    const { child, line } = await embed(
      folder,
      `import { createLocalLambda } from './src/local/local-lambda.js';
       const functions = [{ name: 'confined', bootstrap: ${JSON.stringify(bootstrap)} }];
       const service = await createLocalLambda({ functions, isolation: 'linux' });
       const look = () => service.invoke('confined', { do: 'look' });
       const told = await Promise.all([look(), look()]);
       void service.invoke('confined', { do: 'burn', ms: 60000 });
       for (const { payload } of told) console.log(JSON.parse(payload.toString()).pid);`,
    );
    const pids = [Number(await line()), Number(await line())];
    const groups = pids.flatMap(groupsOf);
    expect(groups.length).toBeGreaterThan(0);
    await eventually('one is frozen', () => pids.some(isFrozen));
    const started = descendantsOf(child.pid!);
    expect(started.length).toBeGreaterThan(pids.length);
    child.kill('SIGKILL');
    await eventually('all processes end', () => started.every((pid) => !isRunning(pid)));
    await eventually('the control groups are gone', () => groups.every((group) => !exists(group)));
  });
});

function isFrozen(pid: number): boolean {
  if (stateOf(pid) === 'T') return true;
  return groupsOf(pid).some(
    (group) =>
      textOf(join(group, 'freezer.state')) === 'FROZEN\n' ||
      /^frozen 1$/m.test(textOf(join(group, 'cgroup.events'))),
  );
}

/** The folders of its control groups, of those that we made. */
function groupsOf(pid: number): string[] {
  const groups = ownGroups(textOf(`/proc/${pid}/cgroup`), textOf('/proc/self/mountinfo'));
  return groups.map((group) => group.folder).filter((path) => path.includes('/crablet-'));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function exists(group: string): boolean {
  return textOf(join(group, 'cgroup.procs')) !== '' || readdirOf(group).length > 0;
}

function readdirOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
