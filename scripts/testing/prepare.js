// Installs what the suites need beside npm's packages, under .tools/, and tells what could not be had and
// what would enable it. Everything that is there already is left as it is.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arm64 } from './arm64.js';
import { run, works } from './run.js';

/** Programs that tests call, the arguments that prove they work, and the Debian package each comes from. */
const DEBIAN = [
  { command: 'curl', args: ['--version'], from: 'curl' },
  { command: 'python3', args: ['--version'], from: 'python3' },
  { command: 'python3', args: ['-c', 'import ensurepip'], from: 'python3-venv' },
  { command: 'cc', args: ['--version'], from: 'gcc libc6-dev' },
  // Its second version, which is in no registry and alone has `aws logs tail`: /usr/bin, as PATH may have the first.
  { command: '/usr/bin/aws', args: ['--version'], from: 'awscli' },
  // What functions may use is limited with it, as `watch` does where it is there.
  { command: 'bwrap', args: ['--version'], from: 'bubblewrap' },
];

/** The newer Node.js that the suites run on too: a package of npm's, so that no other source is needed. */
const NEWER_NODE = '24.21.0';

/** Resolves to { rust, arm64, python, newerNode }: what there is, the latter three as paths or undefined. */
export async function prepare(root) {
  const tools = join(root, '.tools');
  mkdirSync(tools, { recursive: true });
  await debianPackages();
  return {
    rust: works('cargo') && works('rustc'),
    arm64: await arm64(join(tools, 'arm64')),
    python: await pythonPrograms(root, join(tools, 'venv')),
    newerNode: await newerNode(join(tools, 'node24')),
  };
}

async function debianPackages() {
  const missing = DEBIAN.filter(({ command, args }) => !works(command, args)).flatMap(({ from }) =>
    from.split(' '),
  );
  if (missing.length === 0) return;
  const line = `apt-get install ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !works('apt-get')) {
    console.error(`test: missing ${missing.join(', ')}; on Debian, as root: ${line}`);
    return;
  }
  console.error(`test: ${line}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, quiet: true });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, quiet: true });
}

/** A virtual environment with the programs of tests/requirements.txt; it keeps a copy of that list as its proof. */
async function pythonPrograms(root, folder) {
  const wanted = join(root, 'tests', 'requirements.txt');
  const proof = join(folder, 'requirements.txt');
  if (same(wanted, proof)) return folder;
  console.error(
    'test: installing programs of PyPI (boto3, aws, moto, cargo-lambda, cargo-zigbuild, Zig) into .tools/venv…',
  );
  const python = join(folder, 'bin', 'python');
  const made = existsSync(python) || (await run('python3', ['-m', 'venv', folder])) === 0;
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', wanted];
  if (!made || (await run(python, pip)) !== 0) {
    console.error(
      'test: they could not be installed: Python 3.10 or newer with venv, and a network, would enable it.',
    );
    return undefined;
  }
  copyFileSync(wanted, proof);
  return folder;
}

async function newerNode(folder) {
  const name = `node-linux-${process.arch}`;
  const program = join(folder, 'node_modules', name, 'bin', 'node');
  if (works(program, ['-e', `process.exit(process.versions.node === '${NEWER_NODE}' ? 0 : 1)`]))
    return program;
  if (process.platform !== 'linux') {
    console.error('test: the suites run on this Node.js only: the newer one is fetched for Linux alone.');
    return undefined;
  }
  console.error(`test: installing Node.js ${NEWER_NODE} into .tools/node24…`);
  mkdirSync(folder, { recursive: true });
  // A package of its own, so that npm does not take crablet's for the one to add to.
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const args = ['install', '--no-save', '--no-package-lock', '--loglevel=error', `${name}@${NEWER_NODE}`];
  await run('npm', args, { cwd: folder, quiet: true });
  if (works(program)) return program;
  console.error(`test: it could not be installed: npm's package ${name} and a network would enable it.`);
  return undefined;
}

function same(path, other) {
  return existsSync(other) && readFileSync(path, 'utf8') === readFileSync(other, 'utf8');
}
