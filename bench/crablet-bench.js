// `crablet bench` of this checkout, as a program that is asked for samples.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from './ground.js';

/**
 * @param {readonly string[]} folders each with a bootstrap; the first is what the others are compared with
 * @param {{ memory: string, cold: number, warm: number, payload: string }} how
 * @returns what `crablet bench --output json` writes
 */
export async function crabletBench([first, ...others], { memory, cold, warm, payload }) {
  const compared = others.flatMap((folder) => ['--compare', `${folder}/`]);
  const amounts = ['--memory', memory, '--cold', String(cold), '--warm', String(warm), '--warm-up', '50'];
  const rest = ['-F', payload, '--threshold', '1000000', '--output', 'json'];
  const { code, stdout } = await output(['bench', `${first}/`, ...compared, ...amounts, ...rest]);
  if (code !== 0) throw new Error(`crablet bench ended with ${code} for ${first}`);
  return JSON.parse(stdout);
}

function output(argv) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(checkout, 'dist', 'crablet.cjs'), ...argv], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    const interrupt = () => child.kill('SIGINT');
    process.once('SIGINT', interrupt);
    child.once('exit', (code) => {
      process.removeListener('SIGINT', interrupt);
      resolve({ code, stdout });
    });
  });
}
