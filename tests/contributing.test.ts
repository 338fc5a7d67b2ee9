import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../src/package-root.js';

const root = packageRoot();

/** The first table of CONTRIBUTING.md: to change X, open Y. */
function rows(): { change: string; paths: string[] }[] {
  return readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, change = '', open = '']) => ({
      change,
      paths: [...open.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ''),
    }));
}

describe('CONTRIBUTING.md: to change X, open Y', () => {
  it('has a row for much', () => {
    expect(rows().length).toBeGreaterThan(15);
  });

  it.each(rows())('$change', ({ paths }) => {
    expect(paths).not.toEqual([]);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** Every page that people read; a link to a file that was moved is a dead end. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/tour.md',
  'docs/architecture.md',
  'docs/dependencies.md',
  'docs/fidelity.md',
];

describe('links between pages lead somewhere', () => {
  it.each(PAGES)('%s', (page) => {
    const folder = join(root, page, '..');
    const links = [
      ...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g),
    ];
    expect(links.map(([, link]) => link ?? '').filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  });
});

describe('files that pages speak of exist', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((path) =>
    `/src/${path}`.replaceAll('\\', '/'),
  );
  const decisions = readdirSync(join(root, 'docs/decisions')).map((name) => `docs/decisions/${name}`);

  it.each(['docs/tour.md', 'docs/architecture.md', ...decisions])('%s', (page) => {
    const named = [...readFileSync(join(root, page), 'utf8').matchAll(/`([\w./-]+\.ts)`/g)].map(
      ([, name]) => name ?? '',
    );
    const missing = named.filter(
      (name) => !existsSync(join(root, name)) && !sources.some((path) => path.endsWith(`/${name}`)),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  const text = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object>;
  const names = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap(
    (kind) => Object.keys(manifest[kind] ?? {}),
  );

  it.each(names)('has a reason for %s', (name) => {
    expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\| .{15,}`, 'm'));
  });

  it('lists nothing that is not installed any more', () => {
    const listed = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(listed.filter((name) => !names.includes(name ?? ''))).toEqual([]);
  });
});
