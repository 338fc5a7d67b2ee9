import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { type Deployable, deployable } from '../support/deployable.js';
import { type Moto, startMoto } from '../support/moto.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

/** The page that shows it; `npm run docs:transcript` writes it anew. */
const PAGE = join(packageRoot(), 'docs', 'deploy.md');
const BEGIN = '<!-- Made by `npm run docs:transcript`. -->';
const END = '<!-- End of the transcript. -->';

const isReady = pythonClient('moto_server') !== undefined;
let moto: Moto;
let project: Deployable;

beforeAll(async () => {
  if (!isReady) return;
  moto = await startMoto();
  project = await deployable(moto);
  await project.settings({ deploy: { memory: 256, enable_function_url: true, log_retention: 14 } });
});
afterAll(async () => {
  await project?.remove();
  await moto?.stop();
});

/** What is another one each time. */
function normalised(text: string): string {
  return (
    text
      .replaceAll(project.folder, '~/shop')
      .replace(/\d+(\.\d+)? (ms|s)\b(?! left)/g, '…')
      // How this machine compiles is not what is shown.
      .replace(/^plain cargo: .*\n/gm, '')
      .replace(/\b[0-9a-f]{12}\b/g, '0123456789ab')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-11-27 09:00')
      .replace(/https:\/\/[a-z0-9]+\.lambda-url/g, 'https://abcdefgh.lambda-url')
      .replace(/\d+(\.\d+)? kB/g, '1.2 kB')
      .replace(/[ \t]+$/gm, '')
      .trimEnd()
  );
}

async function shown(...argv: string[]): Promise<string> {
  const { stdout, stderr, code } = await project.crablet(...argv);
  expect(code, stderr).toBe(0);
  return `$ crablet ${argv.join(' ')}\n${normalised(`${stderr}${stdout}`)}\n`;
}

async function transcript(): Promise<string> {
  const parts = [
    await shown('deploy', '--dry-run'),
    await shown('deploy', '--yes'),
    await shown('deploy', '--yes'),
  ];
  await project.change('second');
  parts.push(await shown('deploy', '--yes', '--canary', '10%/1s,50%/1s'));
  parts.push(await shown('versions'), await shown('rollback'), await shown('destroy', '--yes'));
  return parts.join('\n');
}

describe.skipIf(!isReady)(`docs/deploy.md (${isReady ? 'moto' : WITHOUT_PYTHON_CLIENTS})`, () => {
  it('shows a plan, its apply, nothing to do, a canary, a rollback and a destroy as they are', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
    const block = `${BEGIN}\n\n\`\`\`text\n${await transcript()}\`\`\`\n\n`;
    if (process.env['CRABLET_WRITE_TRANSCRIPT']) {
      const head = before < 0 ? `${page}\n## From the first deploy to the last\n\n` : page.slice(0, before);
      const tail = after < 0 ? `${END}\n` : page.slice(after);
      writeFileSync(PAGE, head + block + tail);
      return;
    }
    expect(page.slice(before, after)).toBe(block);
  });
});
