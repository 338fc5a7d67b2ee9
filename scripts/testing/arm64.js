// What building for arm64 and running it takes on another machine, under .tools/arm64: QEMU, the C library for it, and
// Rust's standard library where rustup cannot have it. Debian's packages are unpacked, not installed, so nobody has to
// be root and nothing of the machine changes.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, works } from './run.js';

const TRIPLE = 'aarch64-unknown-linux-gnu';

/** Of Debian 12: rustc in a version that has its standard library for arm64 as a package, too. */
const RUST = [
  'rustc-web',
  'libstd-rust-web-1.96',
  'libllvm22',
  'libstd-rust-web-dev',
  'libstd-rust-web-dev:arm64',
];
const LIBRARIES = ['libc6:arm64', 'libgcc-s1:arm64'];

/** Resolves to the folder, or to undefined when something could not be had. */
export async function arm64(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return folder;
  console.error('test: getting what arm64 takes (QEMU, its C library) into .tools/arm64…');
  const hasRust =
    hasStandardLibrary() || (works('rustup', ['target', 'add', TRIPLE]) && hasStandardLibrary());
  const wanted = ['qemu-user-static', ...LIBRARIES, ...(hasRust ? [] : RUST)];
  if (!works('apt-get') || !works('dpkg-deb', ['--version']) || !(await unpack(folder, wanted))) {
    console.error('test: it could not be had: Debian 12 or newer, and a network, would enable it.');
    return undefined;
  }
  programs(folder, hasRust);
  tidy(folder);
  writeFileSync(complete, '');
  return folder;
}

function hasStandardLibrary() {
  const asked = spawnSync('rustc', ['--print', 'target-libdir', '--target', TRIPLE], { encoding: 'utf8' });
  return asked.status === 0 && existsSync(asked.stdout.trim());
}

/** With lists and a cache of its own, apt serves an architecture that the machine has not been told of. */
async function unpack(folder, packages) {
  const apt = join(folder, 'apt');
  for (const name of ['lists/partial', 'cache/archives/partial', 'debs'])
    mkdirSync(join(apt, name), { recursive: true });
  writeFileSync(join(apt, 'status'), '');
  writeFileSync(
    join(apt, 'conf'),
    `APT::Architectures {"amd64";"arm64";};\nAPT::Sandbox::User "root";\nDir::State::lists "${apt}/lists";\n` +
      `Dir::State::status "${apt}/status";\nDir::Cache "${apt}/cache";\n`,
  );
  const how = { env: { APT_CONFIG: join(apt, 'conf') }, cwd: join(apt, 'debs'), quiet: true };
  await run('apt-get', ['update', '-qq'], how);
  if ((await run('apt-get', ['download', '-qq', ...packages], how)) !== 0) return false;
  const root = join(folder, 'tree');
  for (const name of readdirSync(join(apt, 'debs'))) {
    if ((await run('dpkg-deb', ['--extract', join(apt, 'debs', name), root], { quiet: true })) !== 0)
      return false;
  }
  return true;
}

/** Hundreds of megabytes that nobody needs any more: what was downloaded, and QEMU for thirty other machines. */
function tidy(folder) {
  rmSync(join(folder, 'apt'), { recursive: true });
  const bin = join(folder, 'tree/usr/bin');
  for (const name of readdirSync(bin)) {
    if (/^qemu-(?!aarch64-)/.test(name)) rmSync(join(bin, name));
  }
}

function programs(folder, hasRust) {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const qemu = join(bin, 'qemu-aarch64');
  if (!existsSync(qemu)) symlinkSync(join(folder, 'tree/usr/bin/qemu-aarch64-static'), qemu);
  if (hasRust) return;
  const libraries = `${folder}/tree/usr/lib/x86_64-linux-gnu:${folder}/tree/usr/lib/llvm-22/lib`;
  const rustc = join(folder, 'rustc');
  writeFileSync(
    rustc,
    `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${folder}/tree/usr/bin/rustc' "$@"\n`,
  );
  chmodSync(rustc, 0o755);
}
