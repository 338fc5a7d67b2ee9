import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';

// The first command that README.md names, as a person runs it in a fresh checkout; only the port is another.

it('./crablet watch examples/hello-http', async () => {
  const root = packageRoot();
  const child = spawn(join(root, 'crablet'), ['watch', 'examples/hello-http', '--invoke-port', '0'], {
    cwd: root,
    env: { ...process.env, CARGO_TARGET_DIR: join(root, '.tools', 'target') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let told = '';
  const ready = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      told += chunk;
      const url = /hello-http {2}(\S+)/.exec(told)?.[1];
      if (url && /^ready hello-http/m.test(told)) resolve(url);
    });
    void ended.then(() => reject(new Error(`it ended before it was ready\n${told}`)));
  });
  try {
    const answer = await fetch(`${await ready}?name=Rust`);
    expect(await answer.text()).toBe('Hello Rust, this is Rust on Lambda!');
    expect(answer.status).toBe(200);
  } finally {
    child.kill('SIGINT');
    expect(await ended).toBe(130);
  }
});
