// Measures the article's claims on this machine, the same work in three languages, and writes docs/claims.md:
// npm run claims [-- --quick] [-- --work hello]
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { assemble, WORK } from './handlers.js';
import { claimsPage } from './page.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const crablet = join(root, 'dist', 'crablet.cjs');

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    work: { type: 'string', multiple: true, default: WORK },
    memory: { type: 'string', default: '1024' },
    output: { type: 'string', default: join(root, 'docs', 'claims.md') },
  },
});
const amounts = values.quick ? { cold: 7, warm: 30 } : { cold: 20, warm: 200 };

process.stderr.write('claims: building the handlers…\n');
const { handlers, payloads, missing } = await assemble(join(root, '.tools', 'handlers'));
for (const line of missing) process.stderr.write(`claims: left out: ${line}\n`);
await settled();
const runs = [];
for (const work of values.work) {
  const own = handlers.filter((one) => one.work === work);
  if (own.length === 0) throw new Error(`there is no work '${work}'; there is: ${WORK.join(', ')}`);
  process.stderr.write(`claims: ${work}…\n`);
  const [first, ...others] = own;
  const argv = [
    crablet,
    'bench',
    `${first.folder}/`,
    ...others.flatMap(({ folder }) => ['--compare', `${folder}/`]),
    ...[
      '--memory',
      values.memory,
      '--cold',
      String(amounts.cold),
      '--warm',
      String(amounts.warm),
      '--warm-up',
      '50',
    ],
    ...['-F', payloads[work], '--threshold', '1000000', '--output', 'json'],
  ];
  const { code, stdout } = await output(argv);
  if (code !== 0) throw new Error(`crablet bench ended with ${code} for ${work}`);
  const bench = JSON.parse(stdout);
  runs.push({
    work,
    bench,
    runtimes: own.map(({ runtime }) => runtime),
    languages: own.map(({ language }) => language),
  });
}
writeFileSync(values.output, claimsPage(runs, { quick: values.quick, missing }));
process.stderr.write(`claims: written: ${values.output}\n`);

/** The compiler's own load would be told as that of something else: it fades by two thirds a minute. */
async function settled() {
  const quiet = availableParallelism() / 4;
  for (let second = 0; second < 180 && loadavg()[0] > quiet; second += 5) {
    if (second === 0)
      process.stderr.write('claims: waiting for the machine to be quiet, three minutes at most…\n');
    await setTimeout(5000);
  }
}

function output(argv) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    process.once('SIGINT', () => child.kill('SIGINT'));
    child.once('exit', (code) => resolve({ code, stdout }));
  });
}
