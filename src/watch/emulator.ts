import { existsSync } from 'node:fs';
import { inspectFile } from '../build/elf-file.js';
import { pathOf } from '../build/find-tools.js';
import { thisHost } from '../build/host.js';
import { gnu, variableOf } from '../build/target.js';
import { UserError } from '../errors.js';
import { readCargoSettings } from '../project/cargo-settings.js';
import { table } from '../project/local-manifests.js';

interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const ARCHITECTURES = ['x86_64', 'aarch64'] as const;

/** Where distributions put the C library of another architecture. */
const PREFIXES = (architecture: string) => [
  `/usr/${architecture}-linux-gnu`,
  `/etc/qemu-binfmt/${architecture}`,
];

/**
 * The command that runs a program of another architecture here: cargo's own `runner` for its target, or QEMU; undefined
 * for one that runs as it is.
 */
export async function emulatorFor(
  program: string,
  { cwd, env }: Place,
): Promise<readonly string[] | undefined> {
  const host = thisHost();
  const inspected = inspectFile(program);
  const machine = inspected.kind === 'elf' ? inspected.facts.architecture : undefined;
  const architecture = ARCHITECTURES.find((one) => one === machine);
  if (host.system !== 'linux' || !architecture || architecture === host.architecture) return undefined;
  const runner = await configuredRunner(gnu(architecture), { cwd, env });
  if (runner) return runner;
  for (const name of [`qemu-${architecture}`, `qemu-${architecture}-static`]) {
    const path = await pathOf(name, { cwd, env });
    if (path) return [path, ...prefixFor(architecture, env)];
  }
  throw new UserError('environment.missing-tool', {
    what: `The function is built for ${architecture}, this machine is ${host.architecture}, and there is no QEMU (qemu-${architecture}) to run it.`,
    fix: `Install it with the C library it needs: sudo apt-get install qemu-user libc6-${architecture === 'aarch64' ? 'arm64' : 'amd64'}-cross`,
  });
}

/** (cargo reference, "target.<triple>.runner"): a text with blanks, or a list. */
async function configuredRunner(triple: string, { cwd, env }: Place): Promise<readonly string[] | undefined> {
  const byVariable = env[variableOf(triple, 'RUNNER')];
  if (byVariable) return words(byVariable);
  const settings = await readCargoSettings(cwd, env);
  const found = settings
    .map((one) => table(table(one['target'])[triple])['runner'])
    .find((one) => one !== undefined);
  if (typeof found === 'string') return words(found);
  return Array.isArray(found) ? found.map(String) : undefined;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** What QEMU is told by its own variable has to be said: a function gets none of our environment. */
function prefixFor(architecture: string, env: NodeJS.ProcessEnv): string[] {
  const prefix = env['QEMU_LD_PREFIX'] ?? PREFIXES(architecture).find((folder) => existsSync(folder));
  return prefix ? ['-L', prefix] : [];
}
