// Writes the pages that the definitions already hold: docs/cli.md from the commands' own help, docs/errors.md from
// the table of errors, schemas/ for editors from the tables of keys. With --check nothing is written, and stale pages fail.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
const NOTICE = '<!-- Made by `npm run docs`; change the definitions, not this page. -->';

const source = await loadDefinitions();
const pages = {
  'docs/cli.md': await commandLine(source),
  'docs/errors.md': errors(source),
  'schemas/CargoLambda.schema.json': json(source.configurationFileSchema()),
  'schemas/Cargo.schema.json': json(source.manifestSchema()),
};
for (const [path, text] of Object.entries(pages)) settle(join(root, path), path, text);

function settle(file, path, text) {
  if (read(file) === text) return;
  if (!check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.error(`docs: wrote ${path}`);
    return;
  }
  console.error(`docs: ${path} is not what the definitions say any more: run npm run docs`);
  process.exitCode = 1;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The sources are TypeScript, which Node.js 20 cannot load. */
async function loadDefinitions() {
  const folder = join(root, '.tools', `docs-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    await build({
      absWorkingDir: root,
      stdin: {
        resolveDir: root,
        contents: `export { runCli } from './src/cli/main.ts';
          export { COMMANDS } from './src/cli/commands.ts';
          export { configurationFileSchema, manifestSchema } from './src/project/json-schema.ts';
          export { ERRORS, EXIT, EXIT_MEANINGS } from './src/errors.ts';`,
      },
      outdir: folder,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      outExtension: { '.js': '.mjs' },
      external: ['@aws-sdk/*'],
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    const definitions = await import(pathToFileURL(join(folder, 'stdin.mjs')).href);
    // Everything lazy has to be loaded before the folder goes.
    for (const { load } of Object.values(definitions.COMMANDS)) await load();
    return definitions;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function commandLine({ runCli, COMMANDS }) {
  const overview = await helpOf(runCli, ['--help']);
  const sections = [];
  for (const [name, { summary, aliases = [] }] of Object.entries(COMMANDS)) {
    const also =
      aliases.length > 0 ? ` Also: ${aliases.map((alias) => `\`crablet ${alias}\``).join(', ')}.` : '';
    sections.push(
      `## crablet ${name}\n\n${sentence(summary)}${also}\n\n${block(await helpOf(runCli, [name, '--help']))}`,
    );
  }
  const intro = [
    'Each command tells this itself: `crablet help <command>`. Flags and configuration keys are spelt as Cargo Lambda',
    'spells them. Data is on stdout, everything else on stderr; exit codes are in [errors.md](errors.md).',
  ].join('\n');
  return `${NOTICE}\n\n# The command line\n\n${intro}\n\n${block(overview)}\n\n${sections.join('\n\n')}\n`;
}

/** A command's help as it is shown where output is no terminal. */
async function helpOf(runCli, argv) {
  let shown = '';
  const stdout = { write: (text) => (shown += text) };
  const context = {
    cwd: root,
    env: {},
    stdin: { isTTY: false },
    stdout,
    stderr: process.stderr,
    exitCode: 0,
    interrupted: new AbortController().signal,
  };
  const code = await runCli(argv, context);
  if (code !== 0) throw new Error(`crablet ${argv.join(' ')} ended with ${code}`);
  return shown.trimEnd();
}

function errors({ ERRORS, EXIT, EXIT_MEANINGS }) {
  const exits = Object.entries(EXIT).map(([name, code]) => [code, EXIT_MEANINGS[name]]);
  const codes = Object.entries(ERRORS).map(([code, [exit, meaning]]) => [`\`${code}\``, exit, meaning]);
  return `${NOTICE}

# Exit codes and errors

An error says what happened, with the value that was met, and the command or line that mends it.

## Exit codes

${table(['code', 'meaning'], exits)}

Where npm installed crablet, Node.js itself refuses an \`--env-file\` that is not there, before any line of crablet is run:
\`node: FILE: not found\`, exit code 9.

## Errors

${table(['error', 'exit code', 'meaning'], codes)}
`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function block(text) {
  return `\`\`\`text\n${text}\n\`\`\``;
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
