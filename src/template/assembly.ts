import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../errors.js';
import { type Assembly, isObject, type Json, type Stack, type Template, textOf } from './template.js';

/** The parts of a cloud assembly that count here (aws-cdk-lib, cloud-assembly-schema); the rest is let through. */
const MANIFEST = v.looseObject({
  artifacts: v.optional(
    v.record(
      v.string(),
      v.looseObject({
        type: v.string(),
        environment: v.optional(v.string()),
        properties: v.optional(v.record(v.string(), v.unknown())),
      }),
    ),
  ),
  missing: v.optional(v.array(v.looseObject({ key: v.string(), provider: v.string() }))),
});

const ASSETS = v.looseObject({
  files: v.optional(
    v.record(v.string(), v.looseObject({ source: v.looseObject({ path: v.optional(v.string()) }) })),
  ),
});

const TEMPLATE = v.looseObject({
  Resources: v.optional(v.record(v.string(), v.looseObject({ Type: v.string() }))),
});

interface Read {
  readonly stacks: Stack[];
  readonly missing: string[];
  readonly files: string[];
  readonly environments: string[];
}

/**
 * Reads a cloud assembly, the folder that `cdk synth` writes.
 * @throws UserError when it is none, or is damaged
 */
export async function readAssembly(folder: string): Promise<Assembly> {
  const read: Read = { stacks: [], missing: [], files: [], environments: [] };
  await readInto(read, folder);
  const [accountId, region] = [0, 1].map((at) => {
    const said = new Set(read.environments.map((one) => one.replace(/^aws:\/\//, '').split('/')[at] ?? ''));
    const [only] = said;
    return said.size === 1 && only !== undefined && !only.startsWith('unknown-') && only !== ''
      ? only
      : undefined;
  });
  return { stacks: read.stacks, missing: read.missing, files: read.files, accountId, region };
}

async function readInto(read: Read, folder: string): Promise<void> {
  const manifest = await readJson(join(folder, 'manifest.json'), MANIFEST, read);
  const artifacts = Object.entries(manifest.artifacts ?? {});
  read.missing.push(...(manifest.missing ?? []).map(({ provider, key }) => `${provider} ${key}`));
  const assets = await readAssets(
    read,
    folder,
    artifacts.map(([, artifact]) => artifact),
  );
  for (const [id, { type, properties = {}, environment = '' }] of artifacts) {
    if (type === 'cdk:cloud-assembly')
      await readInto(read, join(folder, String(properties['directoryName'])));
    if (type !== 'aws:cloudformation:stack') continue;
    read.environments.push(environment);
    const name = typeof properties['stackName'] === 'string' ? properties['stackName'] : id;
    await readStack(read, join(folder, String(properties['templateFile'])), name, assets, undefined);
  }
}

async function readAssets(
  read: Read,
  folder: string,
  artifacts: readonly { readonly type: string; readonly properties?: Record<string, unknown> | undefined }[],
): Promise<Record<string, string>> {
  const assets: Record<string, string> = {};
  for (const { type, properties = {} } of artifacts) {
    if (type !== 'cdk:asset-manifest') continue;
    const { files = {} } = await readJson(join(folder, String(properties['file'])), ASSETS, read);
    for (const [hash, { source }] of Object.entries(files))
      if (source.path !== undefined) assets[hash] = join(folder, source.path);
  }
  return assets;
}

async function readStack(
  read: Read,
  file: string,
  name: string,
  assets: Record<string, string>,
  parent: Stack['parent'],
): Promise<Stack> {
  const found = (await readJson(file, TEMPLATE, read)) as unknown as Partial<Template>;
  const template: Template = { ...found, Resources: found.Resources ?? {} };
  const nested: Record<string, Stack> = {};
  const stack: Stack = { name, template, assets, nested, parent };
  read.stacks.push(stack);
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::CloudFormation::Stack') continue;
    const path = nestedTemplate(Properties?.['TemplateURL'], assets);
    if (path !== undefined)
      nested[logicalId] = await readStack(read, path, `${name}-${logicalId}`, assets, {
        stack: name,
        logicalId,
      });
  }
  return stack;
}

/** Its URL names it by its hash, somewhere in a Join or a Sub. */
function nestedTemplate(url: Json | undefined, assets: Record<string, string>): string | undefined {
  const text = isObject(url) ? JSON.stringify(url) : (textOf(url) ?? '');
  return Object.entries(assets).find(([hash]) => text.includes(hash))?.[1];
}

async function readJson<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  { files }: Read,
): Promise<v.InferOutput<Schema>> {
  files.push(file);
  try {
    return v.parse(schema, JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new UserError('cdk.assembly', {
      what: `${file} cannot be read as a part of what \`cdk synth\` writes (${(cause as Error).message}).`,
      fix: 'Synthesise the app again: npx cdk synth --quiet',
      cause,
    });
  }
}
