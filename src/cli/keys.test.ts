import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CliContext } from './context.js';
import { keyHelp, listenForKeys } from './keys.js';

afterEach(() => vi.restoreAllMocks());

class Terminal extends PassThrough {
  isTTY = true;
  raw = false;
  setRawMode(on: boolean) {
    this.raw = on;
    return this;
  }
}

function setUp(change: { env?: NodeJS.ProcessEnv; stdinTTY?: boolean; stderrTTY?: boolean } = {}) {
  const stdin = new Terminal();
  stdin.isTTY = change.stdinTTY ?? true;
  const stderr = Object.assign(new PassThrough(), { isTTY: change.stderrTTY ?? true });
  const pressed: string[] = [];
  const key = (name: string) => ({ what: `does ${name}`, act: () => void pressed.push(name) });
  const context = {
    cwd: '.',
    env: { NO_COLOR: '1', ...change.env },
    stdin: stdin as unknown as CliContext['stdin'],
    stdout: new PassThrough(),
    stderr,
    exitCode: 0,
    interrupted: new AbortController().signal,
  };
  const keys = listenForKeys(context, { r: key('r'), q: key('q') });
  return { stdin, stderr, pressed, keys };
}

describe('listenForKeys', () => {
  it('acts on each key, however they come, and leaves others alone', () => {
    const { stdin, pressed, keys } = setUp();
    expect(stdin.raw).toBe(true);
    stdin.emit('data', Buffer.from('r'));
    stdin.emit('data', Buffer.from('xqr'));
    // Arrow keys and function keys come as escape sequences, whose letters are nobody's wish.
    stdin.emit('data', Buffer.from('\x1b[A'));
    stdin.emit('data', Buffer.from('\x1bOr'));
    expect(pressed).toEqual(['r', 'q', 'r']);
    keys.close();
  });

  it('lists the keys', () => {
    const { stdin, stderr, keys } = setUp();
    stdin.emit('data', Buffer.from('?'));
    expect(String(stderr.read())).toBe(
      '  Keys: r does r, q does q, ? help\n  r  does r\n  q  does q\n  ?  help\n',
    );
    keys.close();
  });

  it('ends on Ctrl-C as a signal would, and gives the terminal back', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { stdin, pressed, keys } = setUp();
    stdin.emit('data', Buffer.from('\x03'));
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGINT');
    keys.close();
    expect({ raw: stdin.raw, paused: stdin.isPaused() }).toEqual({ raw: false, paused: true });
    stdin.emit('data', Buffer.from('r'));
    expect(pressed).toEqual([]);
  });

  it.each([{ stdinTTY: false }, { stderrTTY: false }, { env: { CI: 'true' } }])(
    'does nothing without a person: %j',
    (change) => {
      const { stdin, keys } = setUp(change);
      expect({ raw: stdin.raw, listeners: stdin.listenerCount('data') }).toEqual({
        raw: false,
        listeners: 0,
      });
      keys.close();
    },
  );
});

describe('keyHelp', () => {
  it('is one line a key', () => {
    expect(keyHelp({ l: { what: 'log view', act() {} } })).toBe('  l  log view\n  ?  help');
  });
});
