// Puts the handlers of bench/handlers where they can be run: a folder with a bootstrap for each kind of work and language.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, works } from '../../scripts/testing/run.js';
import { events } from './events.js';

const source = fileURLToPath(new URL('../handlers', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const RIC = { node: 'aws-lambda-ric@4.0.2', python: 'awslambdaric==4.2.2', pillow: 'pillow==13.0.0' };
/** As `crablet build --release` compiles where a manifest says nothing else. */
export const RELEASE = ['strip="symbols"', 'lto="thin"', 'codegen-units=1', 'panic="abort"'].flatMap(
  (setting) => ['--config', `profile.release.${setting}`],
);

export const WORK = ['hello', 'transform', 'thumbnail', 'sha256', 'marshal'];

/**
 * @typedef {{ work: string, language: string, folder: string, runtime: string }} Handler
 * @param {string} folder where they are put
 * @param {{ target?: string, built?: Record<string, string> }} how cargo's target folder; or what has been built before, by the kind of work
 * @returns {Promise<{ handlers: Handler[], payloads: Record<string, string>, missing: string[] }>}
 */
export async function assemble(folder, { target = join(root, '.tools', 'target'), built } = {}) {
  mkdirSync(folder, { recursive: true });
  const payloads = {};
  for (const [work, event] of Object.entries(events())) {
    payloads[work] = join(folder, `${work}.json`);
    writeFileSync(payloads[work], JSON.stringify(event));
  }
  const made = await Promise.all([rust(folder, target, built), node(folder), python(folder)]);
  return {
    handlers: made.flatMap(({ handlers }) => handlers),
    payloads,
    missing: made.flatMap(({ missing }) => missing ?? []),
  };
}

async function rust(folder, target, built) {
  const how = { cwd: join(source, 'rust'), env: { CARGO_TARGET_DIR: target }, quiet: true };
  if (!built && (await run('cargo', ['build', '--locked', '--release', ...RELEASE], how)) !== 0)
    return { handlers: [], missing: ['rust: cargo could not build bench/handlers/rust'] };
  const handlers = WORK.map((work) => {
    const place = emptied(folder, `rust-${work}`);
    cpSync(built?.[work] ?? join(target, 'release', work), join(place, 'bootstrap'));
    return { work, language: 'rust', folder: place, runtime: 'lambda_runtime' };
  });
  return { handlers };
}

async function node(folder) {
  const ric = await nodeRic(join(folder, 'aws-lambda-ric'));
  const handlers = WORK.map((work) => {
    const place = emptied(folder, `node-${work}`);
    cpSync(join(source, 'node', `${work}.mjs`), join(place, `${work}.mjs`));
    if (ric)
      for (const file of ['index.mjs', 'rapid-client.node', 'package.json'])
        cpSync(join(ric, file), join(place, 'ric', file));
    else cpSync(join(source, 'node', 'loop.mjs'), join(place, 'loop.mjs'));
    bootstrap(
      place,
      ric
        ? `_HANDLER=${work}.handler exec ${process.execPath} ric/index.mjs`
        : `HANDLER=${work} exec ${process.execPath} loop.mjs`,
    );
    return {
      work,
      language: 'node',
      folder: place,
      runtime: ric ? RIC.node : 'a loop on the Runtime API (aws-lambda-ric could not be built)',
    };
  });
  return { handlers };
}

/** The folder of AWS's runtime interface client with its native part, which it compiles; undefined where that fails. */
async function nodeRic(folder) {
  const made = join(folder, 'node_modules', 'aws-lambda-ric');
  if (existsSync(join(made, 'rapid-client.node'))) return made;
  if (!['cmake', 'make', 'g++'].every((tool) => works(tool))) return undefined;
  mkdirSync(folder, { recursive: true });
  const allowed = { 'aws-lambda-ric': true };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: allowed }));
  // Node.js's own headers, so that none are fetched.
  const nodedir = join(process.execPath, '..', '..');
  const env = existsSync(join(nodedir, 'include', 'node', 'node_api.h'))
    ? { npm_config_nodedir: nodedir }
    : {};
  const args = ['install', '--no-save', '--no-package-lock', '--loglevel=error', RIC.node];
  await run('npm', args, { cwd: folder, env, quiet: true });
  if (!existsSync(join(made, 'rapid-client.node'))) {
    // Newer npm runs a package's scripts only once that has been allowed.
    spawnSync('npm', ['rebuild', '--foreground-scripts', 'aws-lambda-ric'], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
  }
  return existsSync(join(made, 'rapid-client.node')) ? made : undefined;
}

async function python(folder) {
  // One of the system's, which an isolated function can see.
  const program = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => works(path));
  if (!program) return { handlers: [], missing: ['python: there is no /usr/bin/python3'] };
  const packages = join(folder, 'python-packages');
  if (!existsSync(join(packages, 'PIL'))) {
    const pip = existsSync(join(root, '.tools', 'venv', 'bin', 'python'))
      ? join(root, '.tools', 'venv', 'bin', 'python')
      : program;
    const args = [
      '-m',
      'pip',
      '--python',
      program,
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--target',
      packages,
      RIC.python,
      RIC.pillow,
    ];
    if ((await run(pip, args, { quiet: true })) !== 0)
      return { handlers: [], missing: [`python: ${RIC.python} and ${RIC.pillow} could not be installed`] };
  }
  const all = readdirSync(packages).filter((name) => name !== 'bin');
  const handlers = WORK.map((work) => {
    const place = emptied(folder, `python-${work}`);
    const module = work === 'marshal' ? 'marshal_items' : work === 'sha256' ? 'sha256_work' : work;
    cpSync(join(source, 'python', `${module}.py`), join(place, `${module}.py`));
    const wanted = all.filter((name) => work === 'thumbnail' || !/^(PIL|pillow)/i.test(name));
    for (const name of wanted) cpSync(join(packages, name), join(place, name), { recursive: true });
    bootstrap(place, `PYTHONPATH="$LAMBDA_TASK_ROOT" exec ${program} -m awslambdaric ${module}.handler`);
    return { work, language: 'python', folder: place, runtime: RIC.python };
  });
  return { handlers };
}

function bootstrap(place, line) {
  writeFileSync(join(place, 'bootstrap'), `#!/bin/sh\ncd "$LAMBDA_TASK_ROOT" || exit 1\n${line}\n`, {
    mode: 0o755,
  });
}

function emptied(folder, name) {
  const place = join(folder, name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  return place;
}
