// Runs every suite, or those that are named, and ends with one line: N passed, N failed[, N skipped].
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './testing/prepare.js';
import { run } from './testing/run.js';
import { suites } from './testing/suites.js';
import { add, closingLine, NONE, ofVitest } from './testing/tally.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const asked = process.argv.slice(2);
const known = suites(await prepare(root));
const unknown = asked.filter((name) => name !== 'shell' && !known.some((suite) => suite.name === name));

let total = NONE;
const summary = [];
if (unknown.length > 0) {
  console.error(
    `test: there is no suite '${unknown[0]}'; there are: shell ${known.map((s) => s.name).join(' ')}`,
  );
  count('arguments', { ...NONE, failed: 1 });
} else {
  if (wanted('shell')) count('shell', shellSyntax());
  for (const suite of known.filter(({ name }) => wanted(name))) count(suite.name, await runSuite(suite));
}
for (const line of summary) console.log(line);
console.log(closingLine(total));
process.exitCode = total.failed > 0 ? 1 : 0;

function wanted(name) {
  return asked.length === 0 || asked.includes(name);
}

function count(name, tally) {
  total = add(total, tally);
  summary.push(`${name}: ${tally.passed} ok, ${tally.failed} not ok, ${tally.skipped} left out`);
}

async function runSuite({ name, projects, node, timeoutMs, skip }) {
  if (skip) {
    console.log(`\n== ${name}: skipped, ${skip}`);
    return { ...NONE, skipped: 1 };
  }
  console.log(`\n== ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'crablet-test-'));
  const report = join(folder, 'report.json');
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...projects.flatMap((p) => ['--project', p]),
  ];
  const code = await run(
    node,
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    // A suite that is killed, for its time or by Ctrl-C, cannot remove what it has made.
    { cwd: root, timeoutMs, env: { TMPDIR: folder } },
  );
  const tally = ofVitest(read(report), code);
  rmSync(folder, { recursive: true, force: true });
  return tally;
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A script that does not even parse would fail on someone's first command. */
function shellSyntax() {
  let tally = NONE;
  for (const [shell, script] of [
    ['sh', 'crablet'],
    ['sh', 'test'],
    ['bash', 'crablet'],
    ['bash', '.ci/run'],
  ]) {
    const ok =
      spawnSync(shell, ['-n', script], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
    console.log(`${ok ? 'ok' : 'NOT ok'}: ${shell} -n ${script}`);
    tally = add(tally, ok ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 });
  }
  return tally;
}
