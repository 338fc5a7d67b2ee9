// Measures crablet beside Cargo Lambda and plain cargo, turn by turn in one run; docs/benchmarks.md tells how and why.
// npm run bench [-- --smoke --check --only NAME --no-peer --write --output json]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assertBuilt, checkout, peerVersion, prepareGround } from './ground.js';
import { machine } from './machine.js';
import { markdown, withFigures } from './report.js';
import { buildReport, buildRow } from './rows/build.js';
import { deployReport, deployRow } from './rows/deploy.js';
import { editReport, editRow } from './rows/edit.js';
import { firstResponseReport, firstResponseRow } from './rows/first-response.js';
import { isolationReport, isolationRow } from './rows/isolation.js';
import { parallelReport, parallelRow } from './rows/parallel.js';
import { startReport, startRow } from './rows/start.js';
import { synthReport, synthRow } from './rows/synth.js';
import { warmReport, warmRow } from './rows/warm.js';

const ROWS = {
  start: [startRow, startReport],
  build: [buildRow, buildReport],
  first: [firstResponseRow, firstResponseReport],
  edit: [editRow, editReport],
  warm: [warmRow, warmReport],
  isolation: [isolationRow, isolationReport],
  parallel: [parallelRow, parallelReport],
  synth: [synthRow, synthReport],
  deploy: [deployRow, deployReport],
};

/** How often and how long. A smoke run only proves that the benchmark itself works. */
const FULL = {
  cleanBuilds: 4,
  builds: 3,
  starts: 30,
  firsts: 40,
  peerFirsts: 8,
  edits: 100,
  peerEdits: 10,
  release: true,
  warmUpSeconds: 3,
  peerWarmUpSeconds: 10,
  turns: 5,
  loadSeconds: 4,
  parallels: 5,
  peerParallels: 1,
};
const SMOKE = {
  cleanBuilds: 1,
  builds: 1,
  starts: 1,
  firsts: 1,
  peerFirsts: 1,
  edits: 1,
  peerEdits: 1,
  release: false,
  warmUpSeconds: 1,
  peerWarmUpSeconds: 0,
  turns: 1,
  loadSeconds: 1,
  parallels: 1,
  peerParallels: 1,
};
/** As crablet's own commands end when a limit was missed. */
const TARGET_MISSED = 7;

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: Object.keys(ROWS) },
    'no-peer': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    output: { type: 'string', default: 'text' },
  },
});

assertBuilt();
const ground = prepareGround();
const version = values['no-peer'] ? undefined : peerVersion(ground);
const size = { ...(values.smoke ? SMOKE : FULL), peer: version !== undefined };
const facts = machine(ground, version);
const rows = [];
for (const name of values.only) {
  const [measure, report] =
    ROWS[name] ?? fail(`There is no row '${name}'. There are: ${Object.keys(ROWS).join(', ')}.`);
  process.stderr.write(`bench: ${name}…\n`);
  rows.push(...report(await measure(ground, size)));
}
process.stdout.write(
  values.output === 'json'
    ? `${JSON.stringify({ schema: 1, smoke: values.smoke, machine: facts, rows }, null, 2)}\n`
    : markdown(facts, rows),
);
if (values.write) {
  const page = join(checkout, 'docs', 'benchmarks.md');
  writeFileSync(page, withFigures(readFileSync(page, 'utf8'), markdown(facts, rows)));
}
const missed = rows.filter(({ met }) => met === false);
if (values.check && missed.length > 0) {
  for (const { what, result, ours, target } of missed) {
    process.stderr.write(`bench: missed: ${what}: ${result ?? ours}, to reach: ${target}\n`);
  }
  process.exitCode = TARGET_MISSED;
}
// Sockets that are kept alive must not hold the process open.
process.exit();

function fail(text) {
  process.stderr.write(`bench: ${text}\n`);
  process.exit(2);
}
