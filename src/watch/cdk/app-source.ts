import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../errors.js';

/** Where the templates come from. */
export type AppSource =
  /** A folder that `cdk synth` has written. */
  | { readonly kind: 'assembly'; readonly folder: string; readonly appFolder: string }
  /** A command that writes one. */
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly appFolder: string;
      /** What `cdk.json` and `cdk.context.json` say. */
      readonly context: Readonly<Record<string, unknown>>;
    };

/**
 * What `--cdk` means: a folder that was synthesised, a folder with a `cdk.json`, or else the command of an app, as
 * `cdk --app` takes it.
 * @throws UserError
 */
export async function appSource(said: string, cwd: string): Promise<AppSource> {
  const path = resolve(cwd, said);
  if (!(await isFolder(path))) {
    return {
      kind: 'command',
      command: said,
      appFolder: cwd,
      context: await contextOf(cwd, await cdkJson(cwd)),
    };
  }
  if (await exists(join(path, 'manifest.json')))
    return { kind: 'assembly', folder: path, appFolder: dirname(path) };
  const json = await cdkJson(path);
  const app = json?.['app'];
  if (typeof app !== 'string') {
    throw new UserError('cdk.app', {
      what: `${path} is neither what \`cdk synth\` writes (it has no manifest.json) nor the folder of an app (no cdk.json that names one).`,
      fix: "Name cdk.out, the app's folder, or the command that runs the app: crablet watch --cdk 'node bin/app.js'",
    });
  }
  // `app` may be a folder that is synthesised already.
  if (await exists(join(path, app, 'manifest.json')))
    return { kind: 'assembly', folder: join(path, app), appFolder: path };
  return { kind: 'command', command: app, appFolder: path, context: await contextOf(path, json) };
}

async function cdkJson(folder: string): Promise<Record<string, unknown> | undefined> {
  return readObject(join(folder, 'cdk.json'));
}

async function contextOf(
  folder: string,
  json: Record<string, unknown> | undefined,
): Promise<Record<string, unknown>> {
  const own = json?.['context'];
  return {
    ...(typeof own === 'object' && own !== null ? own : {}),
    ...(await readObject(join(folder, 'cdk.context.json'))),
  };
}

async function readObject(file: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new UserError('cdk.app', {
      what: `${file} is not JSON (${(cause as Error).message}).`,
      fix: 'Mend it there.',
      cause,
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
