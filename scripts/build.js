// Bundles the CLI and the library into dist/: lazy chunks, so that a command loads only what it uses.
// The AWS SDK stays outside the bundle: it is large, loads lazily, and users want its security updates.
//
// Several builds may run at once, any of them may be killed, and a crablet that runs meanwhile may still load
// chunks. So everything is written aside first; then chunks, which are named after their content, are moved
// into place, and the entries last, each in one step. dist/crablet.cjs carries the time at which the build began:
// ./crablet takes what changed since then for newer.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const aside = join(dist, `.next-${process.pid}`);
const clean = process.argv.includes('--clean');
const KEEP_OLD_CHUNKS_MS = 24 * 60 * 60 * 1000;
const COMMON_JS = '{"type":"commonjs"}\n';
const begun = new Date();

if (clean) rmSync(dist, { recursive: true, force: true });
try {
  await Promise.all([bundle(), bundleStart(), bundleConstructs()]);
  install();
  forget();
} catch (error) {
  // esbuild has told what is wrong in the sources.
  if (!error.errors) throw error;
  process.exitCode = 1;
} finally {
  rmSync(aside, { recursive: true, force: true });
}

async function bundle() {
  await build({
    absWorkingDir: root,
    entryPoints: { crablet: 'src/cli/crablet.ts', index: 'src/index.ts' },
    outdir: aside,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@aws-sdk/*'],
    plugins: [requiredSdk()],
    // Its CommonJS form calls a require() that no bundler can follow.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    chunkNames: 'chunks/[name]-[hash]',
    // Bundled CommonJS dependencies call require(); an ES module has none of its own.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    legalComments: 'none',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

/**
 * The SDK's packages are CommonJS, and large. Where they are imported, Node.js parses each of them twice, the first time
 * for the names that it exports; where they are required, once.
 */
function requiredSdk() {
  return {
    name: 'required-sdk',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/aws\/.*\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(
          /\bawait import\(\s*('@aws-sdk\/[^']+')\s*,?\s*\)/g,
          '(await null, require($1))',
        ),
        loader: 'ts',
      }));
    },
  };
}

/**
 * What people and cargo start: one CommonJS file, because Node.js comes to run that soonest. It loads crablet.js for all
 * that it does not answer itself.
 */
async function bundleStart() {
  await build({
    absWorkingDir: root,
    entryPoints: { crablet: 'src/cli/start.ts' },
    outdir: aside,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['./crablet.js'],
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/**
 * The third door: one CommonJS file, which `require` (as most CDK apps load what they use) and `import` both take, so that an
 * app that does both has one set of classes. What it imports of the CDK is the app's own.
 */
async function bundleConstructs() {
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'src/cdk/index.ts' },
    outdir: join(aside, 'cdk'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    legalComments: 'none',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  // The package's own files are ES modules; what lies here is not, and neither are the types that lead here.
  writeFileSync(join(aside, 'cdk', 'package.json'), COMMON_JS);
}

function install() {
  utimesSync(join(aside, 'crablet.cjs'), begun, begun);
  mkdirSync(join(dist, 'chunks'), { recursive: true });
  for (const name of readdirSync(join(aside, 'chunks'))) move(join('chunks', name));
  mkdirSync(join(dist, 'cdk'), { recursive: true });
  for (const name of ['package.json', 'index.js.map', 'index.js']) move(join('cdk', name));
  // tsc, which makes the types, knows nothing of it.
  mkdirSync(join(dist, 'types', 'cdk'), { recursive: true });
  writeFileSync(join(dist, 'types', 'cdk', 'package.json'), COMMON_JS);
  const entries = ['index.js.map', 'index.js', 'crablet.js.map', 'crablet.js', 'crablet.cjs'];
  for (const name of entries) move(name);
}

function move(name) {
  renameSync(join(aside, name), join(dist, name));
}

/** Removes what earlier builds left: chunks that no running crablet can need any more, and killed builds. */
function forget() {
  const old = begun.getTime() - KEEP_OLD_CHUNKS_MS;
  for (const folder of [dist, join(dist, 'chunks')]) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const passing = folder !== dist || name.startsWith('.next-');
      if (passing && statSync(path, { throwIfNoEntry: false })?.mtimeMs < old) {
        rmSync(path, { recursive: true, force: true });
      }
    }
  }
}
