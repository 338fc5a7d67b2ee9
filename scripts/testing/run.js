// Starts a program with its output on ours, and ends its whole process group when it takes too long.
import { spawn, spawnSync } from 'node:child_process';

/** Resolves to the exit code, or 1 when a signal ended it. Nothing is thrown. */
export function run(command, args, { cwd, env = {}, timeoutMs, quiet = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
      detached: true,
    });
    const end = () => killGroup(child.pid);
    const timer = timeoutMs && setTimeout(end, timeoutMs);
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
    const done = (code) => {
      clearTimeout(timer);
      process.removeListener('SIGINT', end);
      process.removeListener('SIGTERM', end);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      done(1);
    });
    child.once('exit', (code) => done(code ?? 1));
  });
}

/** Whether a program is there and answers `--version`-like arguments with success. */
export function works(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
