import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { payloadsFor, type WeightedPayload } from '../bench/power-tuning.js';
import type { TuneProgress } from '../bench/tune.js';
import { UserError } from '../errors.js';
import { loadProject } from '../project/load.js';
import { withNumber } from '../project/manifest-edit.js';
import { deployedFunction, payloadOr } from './bench-remote.js';
import { type ManifestPlace, memoryPlace, prepareSubjects } from './bench-subjects.js';
import type { TuneCommandOptions, Tuned } from './commands/tune.js';
import { type CliContext, note } from './context.js';

type OnProgress = (progress: TuneProgress) => void;

/** Builds the function, and measures it here at every size. */
export async function tuneHere(
  name: string | undefined,
  options: TuneCommandOptions,
  context: CliContext,
  onProgress: OnProgress,
): Promise<Tuned> {
  const weighted = await weightedPayloads(options, context);
  const prepared = await prepareSubjects(name === undefined ? [] : [name], options, context);
  try {
    const subject = prepared.subjects[0]!;
    const manifest = prepared.manifests[subject.functionName];
    const apply = options.apply && applyTo(manifest, subject.functionName);
    const { tuneLocally } = await import('../bench/tune-local.js');
    const { results, cpu } = await tuneLocally({
      subject,
      sizes: options.sizes,
      payloads: enough(weighted ?? [{ payload: subject.payload, weight: 1 }], options),
      onlyCold: options.onlyColdStarts ?? false,
      isolation: options.isolation,
      seed: options.seed,
      signal: context.interrupted,
      onProgress,
    });
    return {
      results,
      cpu,
      functionName: subject.functionName,
      currentMemoryMb: subject.memoryMb,
      architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
      region: undefined,
      apply,
    };
  } finally {
    await prepared.close();
  }
}

/** Measures the deployed function in versions of all sizes. */
export async function tuneThere(
  name: string | undefined,
  options: TuneCommandOptions,
  context: CliContext,
  onProgress: OnProgress,
): Promise<Tuned> {
  const weighted = (await weightedPayloads(options, context)) ?? [
    { payload: await payloadOr(options, context), weight: 1 },
  ];
  const payloads = enough(weighted, options);
  const deployed = await deployedFunction('tune', name, options, context);
  try {
    const facts = await deployed.facts();
    if (!options.yes) {
      throw new UserError('usage.arguments', {
        what: `Tuning changes memory and a variable of ${facts.functionName}:$LATEST, publishes ${options.sizes.length} versions, and takes all of it back at the end.`,
        fix: 'Say that it may: add --yes',
      });
    }
    const { qualifier } = options;
    if (qualifier !== undefined && (await deployed.facts(qualifier)).codeSha256 !== facts.codeSha256) {
      throw new UserError('usage.arguments', {
        what: `${facts.functionName}:${qualifier} runs other code than $LATEST, of which the versions would be made.`,
        fix: `Leave --qualifier out to tune $LATEST, or deploy first what ${qualifier} is to run.`,
      });
    }
    const apply =
      options.apply && applyTo(await placeHere(facts.functionName, options, context), facts.functionName);
    const { functionName, memoryMb: currentMemoryMb, architecture, region, endpoint } = facts;
    const { tuneRemotely } = await import('../bench/tune-remote.js');
    const results = await tuneRemotely({
      deployed,
      facts,
      sizes: options.sizes,
      payloads,
      onlyCold: options.onlyColdStarts ?? false,
      signal: context.interrupted,
      onProgress,
      onLeft: (problem, versions) =>
        note(
          context,
          `Not everything could be taken back: ${problem.message}\nLook at $LATEST (${currentMemoryMb} MB before)${versions.length === 0 ? '.' : ` and at the versions ${versions.join(', ')}.`}`,
        ),
    });
    return { results, cpu: 'aws', functionName, currentMemoryMb, architecture, region, endpoint, apply };
  } finally {
    deployed.close();
  }
}

function enough(weighted: readonly WeightedPayload[], { invocations }: TuneCommandOptions): Buffer[] {
  const payloads = payloadsFor(invocations, weighted);
  if (payloads) return payloads;
  throw new UserError('usage.arguments', {
    what: `With ${invocations} invocations one of the ${weighted.length} payloads would never be sent.`,
    fix: 'Make --invocations larger, or the weights more alike.',
  });
}

const Weighted = v.pipe(
  v.array(v.object({ payload: v.unknown(), weight: v.pipe(v.number(), v.minValue(1e-9)) })),
  v.minLength(1),
);

async function weightedPayloads(
  { payloads: file, dataFile, dataAscii, dataExample }: TuneCommandOptions,
  { cwd }: CliContext,
): Promise<WeightedPayload[] | undefined> {
  if (file === undefined) return undefined;
  if ([dataFile, dataAscii, dataExample].some((one) => one !== undefined)) {
    throw new UserError('usage.arguments', {
      what: '--payloads and a payload are both given.',
      fix: 'Leave one of them out.',
    });
  }
  let content: unknown;
  try {
    content = JSON.parse(await readFile(resolve(cwd, file), 'utf8'));
  } catch (cause) {
    throw new UserError('invoke.payload', {
      what: `Cannot read payloads from '${file}': ${(cause as Error).message.split(',')[0]}.`,
      fix: 'Write a file of JSON: [{"payload": {"name": "Rust"}, "weight": 1}]',
      cause,
    });
  }
  const result = v.safeParse(Weighted, content);
  if (result.success) {
    return result.output.map(({ payload, weight }) => ({
      payload: Buffer.from(JSON.stringify(payload)),
      weight,
    }));
  }
  throw new UserError('invoke.payload', {
    what: `'${file}' has no weighted payloads: at ${v.getDotPath(result.issues[0]) ?? 'its beginning'}: ${result.issues[0].message}.`,
    fix: 'Write it as [{"payload": {"name": "Rust"}, "weight": 1}]',
  });
}

/** Before minutes of measuring. */
function applyTo(
  manifest: ManifestPlace | undefined,
  functionName: string,
): (memoryMb: number) => Promise<string> {
  if (manifest) return (memoryMb) => writeMemory(manifest.path, manifest.table, memoryMb);
  throw new UserError('usage.arguments', {
    what: `There is no Cargo.toml here that '${functionName}' comes from: no size could be written to it.`,
    fix: 'Leave --apply out, or go to the project: cd PROJECT, or --manifest-path PROJECT/Cargo.toml',
  });
}

/** Where the size of the function is configured that a project here deploys under that name. */
async function placeHere(
  deployedName: string,
  { manifestPath }: TuneCommandOptions,
  { cwd, env, interrupted: signal }: CliContext,
): Promise<ManifestPlace | undefined> {
  const asked = { cwd, env, section: 'deploy' as const, flags: {}, manifestPath, signal };
  const project = await loadProject(asked).catch((error: unknown) => {
    if (error instanceof UserError && error.code === 'project.no-manifest') return undefined;
    throw error;
  });
  const found = project?.functions.find(
    ({ name, settings }) => (settings.deploy.name ?? name) === deployedName,
  );
  return found && project && memoryPlace(found, project);
}

async function writeMemory(path: string, table: readonly string[], memoryMb: number): Promise<string> {
  const before = await readFile(path, 'utf8');
  const after = withNumber(before, table, 'memory', memoryMb);
  if (after === undefined) {
    throw new UserError('project.configuration', {
      what: `${path} is written in a way that the size cannot be put into without touching other lines.`,
      fix: `Write it yourself: under [${table.join('.')}], memory = ${memoryMb}`,
    });
  }
  if (after === before) return `unchanged: ${path} has memory = ${memoryMb} already`;
  await writeFile(path, after);
  return `written: memory = ${memoryMb} under [${table.join('.')}] in ${path}`;
}
