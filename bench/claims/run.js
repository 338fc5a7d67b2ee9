// Measures the article's claims on this machine, the same work in three languages, and writes docs/claims.md:
// npm run claims [-- --quick] [-- --work hello]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { crabletBench } from '../crablet-bench.js';
import { settled } from '../quiet.js';
import { assemble, WORK } from './handlers.js';
import { claimsPage } from './page.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

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
await settled('claims');
const runs = [];
for (const work of values.work) {
  const own = handlers.filter((one) => one.work === work);
  if (own.length === 0) throw new Error(`there is no work '${work}'; there is: ${WORK.join(', ')}`);
  process.stderr.write(`claims: ${work}…\n`);
  const bench = await crabletBench(
    own.map(({ folder }) => folder),
    { ...amounts, memory: values.memory, payload: payloads[work] },
  );
  runs.push({
    work,
    bench,
    runtimes: own.map(({ runtime }) => runtime),
    languages: own.map(({ language }) => language),
  });
}
writeFileSync(values.output, claimsPage(runs, { quick: values.quick, missing }));
process.stderr.write(`claims: written: ${values.output}\n`);
