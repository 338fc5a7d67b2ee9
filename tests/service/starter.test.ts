import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Starter } from '../../src/process/starter.js';
import {
  type Exit,
  type ProcessRequest,
  type SupervisedProcess,
  supervise,
} from '../../src/process/supervise.js';

/** A process that another process has started behaves as one that we have started ourselves. */

const NEVER = Promise.reject(new Error('nothing to say'));
NEVER.catch(() => {});

const opened: Starter[] = [];
afterEach(() => {
  for (const starter of opened.splice(0)) starter.close();
});

async function open(): Promise<Starter> {
  const starter = Starter.open((program, args) => [program, args], { removes() {} });
  if (!starter) throw new Error('there is none on this system');
  opened.push(starter);
  await starter.opened;
  return starter;
}

const sh = (script: string, more: Partial<ProcessRequest> = {}): ProcessRequest => ({
  program: '/bin/sh',
  args: ['-c', script],
  cwd: '/',
  env: {},
  ...more,
});

const exitOf = (process: SupervisedProcess) => new Promise<Exit>((resolve) => process.onExit(resolve));

async function textOf(stream: SupervisedProcess['stdout']): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

async function outcome(process: SupervisedProcess) {
  const [exit, stdout, stderr] = await Promise.all([
    exitOf(process),
    textOf(process.stdout),
    textOf(process.stderr),
  ]);
  return { exit, stdout, stderr };
}

describe.runIf(process.platform === 'linux')('a starter', () => {
  it.each<[string, ProcessRequest]>([
    ['output and status', sh('echo out; echo err >&2; exit 3')],
    ['no output', sh('exit 0')],
    ['a status that looks like a signal', sh('exit 137')],
    ['a signal', sh('kill -TERM $$')],
    ['variables', sh('/usr/bin/env | /usr/bin/sort', { env: { A: "it's\nso", EMPTY: '', Ü: 'ä' } })],
    ['a working directory', sh('pwd', { cwd: '/usr' })],
    ['no stdin', sh('cat')],
    ['a program that is not there', { program: '/nowhere', cwd: '/', env: {} }],
    ['a folder that is not there', sh('true', { cwd: '/nowhere' })],
    ['a file that is no program', { program: '/etc/passwd', cwd: '/', env: {} }],
    ['a line to come', sh('read -r line <&3; echo "got $line"', { awaits: Promise.resolve('it\n') })],
    ['no line to come', sh('read -r line <&3 || echo none', { awaits: NEVER })],
    ['more than a pipe holds', sh('i=0; while [ $i -lt 30000 ]; do echo 0123456789; i=$((i+1)); done')],
  ])('starts what has %s', async (_, request) => {
    const starter = await open();
    expect(await outcome(starter.start(request) as SupervisedProcess)).toEqual(
      await outcome(supervise(request)),
    );
  });

  it('keeps many at once apart', async () => {
    const starter = await open();
    const numbers = Array.from({ length: 60 }, (_, number) => number);
    const outcomes = await Promise.all(
      numbers.map((number) =>
        outcome(starter.start(sh(`echo ${number}; exit ${number}`)) as SupervisedProcess),
      ),
    );
    expect(outcomes).toEqual(
      numbers.map((status) => ({ exit: { kind: 'exit', status }, stdout: `${status}\n`, stderr: '' })),
    );
  });

  it('holds a writer up that nobody reads', async () => {
    const starter = await open();
    const process = starter.start(
      sh('echo begun; head -c 3000000 /dev/zero; echo done >&2'),
    ) as SupervisedProcess;
    const told = textOf(process.stderr);
    await once(process.stdout, 'readable');
    expect(await Promise.race([told, new Promise((resolve) => setImmediate(() => resolve('waits')))])).toBe(
      'waits',
    );
    process.stdout.resume();
    expect(await told).toBe('done\n');
  });

  it('passes on signals, even those that come before the process', async () => {
    const starter = await open();
    const process = starter.start(sh('sleep 600')) as SupervisedProcess;
    expect(process.pid).toBeUndefined();
    process.signal('SIGKILL');
    expect(await exitOf(process)).toEqual({ kind: 'signal', signal: 'SIGKILL' });
  });

  it('ends the whole group with its first process', async () => {
    const starter = await open();
    const process = starter.start(sh('sleep 600 & echo begun')) as SupervisedProcess;
    // The sleep holds the output open: that ends with it.
    expect(await outcome(process)).toMatchObject({ exit: { status: 0 }, stdout: 'begun\n' });
  });

  it('keeps the roll', async () => {
    const starter = await open();
    const roll: string[] = [];
    const process = starter.start(sh('exit 0'), {
      add: (pid) => void roll.push(`+ ${pid}`),
      remove: (pid) => void roll.push(`- ${pid}`),
    }) as SupervisedProcess;
    await exitOf(process);
    expect(roll).toEqual([`+ ${process.pid}`, `- ${process.pid}`]);
  });

  it.each(['close', 'kill'] as const)('takes with it what it has started: %s', async (how) => {
    const starter = await open();
    const running = starter.start(sh('echo up; sleep 600')) as SupervisedProcess;
    await Promise.all([
      once(running.stdout, 'data'),
      new Promise<number>((started) => running.onStart(started)),
    ]);
    const exit = exitOf(running);
    if (how === 'close') starter.close();
    else process.kill(starter.pid as number, 'SIGKILL');
    expect(await exit).toEqual({ kind: 'signal', signal: 'SIGKILL' });
    // Its output ends when the last who could write has.
    await textOf(running.stdout);
    expect(existsSync(starter.folder)).toBe(false);
    expect(starter.start(sh('true'))).toBeUndefined();
  });
});
