import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../errors.js';
import { shellWord } from '../process/shell-word.js';
import { folderFiles } from './folder-files.js';
import type { TemplateFile } from './render.js';
import { zipFiles } from './zip-files.js';

const SETTINGS = 'CargoLambda.toml';
const SHORTCUTS: Record<string, string> = {
  gh: 'https://github.com/',
  gl: 'https://gitlab.com/',
  bb: 'https://bitbucket.org/',
};

export interface TemplateSource {
  /** The template's own files, without its settings when these are for nothing else. */
  readonly files: readonly TemplateFile[];
  /** The text of its CargoLambda.toml. */
  readonly settings?: string;
}

/** Reads a template from a folder or a zip on this machine. */
export async function readTemplate(source: string, cwd: string): Promise<TemplateSource> {
  const download = downloadCommand(source);
  if (download !== undefined) {
    throw new UserError('usage.arguments', {
      what: `The template ${source} is not on this machine, and crablet downloads no templates.`,
      fix: `Get it first: ${download.command} and then give the ${download.kind}: --template ${download.result}`,
    });
  }
  const path = isAbsolute(source) ? source : resolve(cwd, source);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new UserError('environment.file', {
      what: `There is no template ${source}.`,
      fix: 'Give a folder or a zip file that exists: --template <folder|zip>',
    });
  }
  return template(found.isDirectory() ? await folderFiles(path) : zipFiles(await readFile(path), source));
}

/** A template may lie in a folder `template/`, with the settings beside it or inside. */
function template(all: readonly TemplateFile[]): TemplateSource {
  const settings = (
    all.find(({ path }) => path === SETTINGS) ?? all.find(({ path }) => path === `template/${SETTINGS}`)
  )?.contents;
  const inside = all.filter(({ path }) => path.startsWith('template/'));
  const files =
    inside.length > 0 ? inside.map((file) => ({ ...file, path: file.path.slice('template/'.length) })) : all;
  return settings === undefined ? { files } : { files, settings: settings.toString() };
}

interface Download {
  readonly command: string;
  readonly result: string;
  readonly kind: 'folder' | 'zip';
}

/** How to get what a URL or a shortcut names; undefined for a path. */
export function downloadCommand(source: string): Download | undefined {
  const shortcut = /^(gh|gl|bb):(.+)$/.exec(source);
  if (shortcut) return downloadCommand(`${SHORTCUTS[shortcut[1]!]}${shortcut[2]}`);
  if (!/^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(source)) return undefined;
  const name = (url: string) => url.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? 'template';
  if (/^https?:.*\.zip$/i.test(source)) {
    return { command: `curl -fLO ${shellWord(source)}`, result: shellWord(name(source)), kind: 'zip' };
  }
  const [, url, reference] = /^(.+?)\/(?:branch|tag|tree)\/(.+?)\/?$/.exec(source) ?? [
    undefined,
    source,
    undefined,
  ];
  const branch = reference === undefined ? '' : `--branch ${shellWord(reference)} `;
  return {
    command: `git clone --depth 1 ${branch}${shellWord(url!)}`,
    result: shellWord(name(url!).replace(/\.git$/, '')),
    kind: 'folder',
  };
}
