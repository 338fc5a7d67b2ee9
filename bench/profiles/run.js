// Measures what settings of the release profile, and another allocator, do to a function's size and speed, and
// writes the table of docs/build.md: npm run profiles [-- --quick] [-- --built]
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../scripts/testing/run.js';
import { events } from '../claims/events.js';
import { RELEASE } from '../claims/handlers.js';
import { crabletBench } from '../crablet-bench.js';
import { checkout } from '../ground.js';
import { settled } from '../quiet.js';
import { withFigures } from '../report.js';
import { profilesTable } from './table.js';

/** The first is what the others are compared with. Flags of cargo, after those of crablet's own profile. */
const VARIANTS = [
  { name: 'crablet’s own', flags: RELEASE },
  { name: 'cargo’s own', flags: [] },
  { name: '`lto = "fat"`', flags: [...RELEASE, ...config('lto="fat"')] },
  { name: '`opt-level = "s"`', flags: [...RELEASE, ...config('opt-level="s"')] },
  { name: '`opt-level = "z"`', flags: [...RELEASE, ...config('opt-level="z"')] },
  { name: 'mimalloc', flags: [...RELEASE, '--features', 'mimalloc'] },
];

/** One with much parsing and many small allocations, one that computes. */
const WORK = ['transform', 'thumbnail'];

/** A whole virtual processor, so that what is compared is not how the share of one is kept. */
const MEMORY = '1769';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    // What the last run has built is measured again.
    built: { type: 'boolean', default: false },
  },
});
const amounts = values.quick ? { cold: 7, warm: 30 } : { cold: 40, warm: 400 };

const folder = join(checkout, '.tools', 'profiles');
const payloads = Object.entries(events()).map(([work, event]) => [work, JSON.stringify(event)]);
mkdirSync(folder, { recursive: true });
for (const [work, payload] of payloads) writeFileSync(join(folder, `${work}.json`), payload);

const built = [];
for (const [at, variant] of VARIANTS.entries()) {
  const place = join(folder, String(at));
  if (!values.built) await build(variant, place);
  built.push({ ...variant, ...measuresOf(place) });
}
await settled('profiles');
const runs = [];
for (const work of WORK) {
  process.stderr.write(`profiles: ${work}…\n`);
  const folders = built.map((one) => one.folders[work]);
  const how = { ...amounts, memory: MEMORY, payload: join(folder, `${work}.json`) };
  runs.push({ work, bench: await crabletBench(folders, how) });
}
const page = join(checkout, 'docs', 'build.md');
writeFileSync(page, withFigures(readFileSync(page, 'utf8'), profilesTable(built, runs)));
process.stderr.write(`profiles: written: ${page}\n`);

function config(setting) {
  return ['--config', `profile.release.${setting}`];
}

async function build({ name, flags }, place) {
  process.stderr.write(`profiles: building ${name}…\n`);
  const target = join(place, 'target');
  rmSync(place, { recursive: true, force: true });
  const code = await run('cargo', ['build', '--locked', '--quiet', '--release', ...flags], {
    cwd: join(checkout, 'bench', 'handlers', 'rust'),
    env: { CARGO_TARGET_DIR: target },
  });
  if (code !== 0) throw new Error(`cargo could not build with ${name}`);
  for (const work of WORK) {
    mkdirSync(join(place, work));
    cpSync(join(target, 'release', work), join(place, work, 'bootstrap'));
  }
  rmSync(target, { recursive: true, force: true });
}

function measuresOf(place) {
  const folders = Object.fromEntries(WORK.map((work) => [work, join(place, work)]));
  const sizes = Object.fromEntries(
    WORK.map((work) => [work, statSync(join(folders[work], 'bootstrap')).size]),
  );
  return { folders, sizes };
}
