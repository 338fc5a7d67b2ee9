import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { vi } from 'vitest';
import { type FakeMetadata, type FakeProject, fakeProject, saysBuilt } from './build-fake-cargo.js';

/** A workspace with files, a scripted cargo in CARGO, and notes of what it was asked. */
export interface CdkProject extends FakeProject {
  /** What cargo was run for, in order: `metadata`, `build`. */
  calls(): Promise<string[]>;
  /** Its builds make copies of a small program of this machine, which the check of binaries lets through. */
  builds(names: readonly string[]): Promise<void>;
  tell(metadata: FakeMetadata): Promise<void>;
  /** For the next test: files and environment as they were at first. */
  reset(): Promise<void>;
}

/** A program that needs nothing but glibc. */
const PROGRAM = '/bin/true';

export async function cdkProject(metadata: FakeMetadata): Promise<CdkProject> {
  const fake = await fakeProject();
  const log = join(fake.folder, '.fake/calls');
  const tell = async (answer: FakeMetadata) => {
    await fake.metadata(answer);
    await fake.onMetadata(`echo metadata >> '${log}'\ncat '${fake.folder}/.fake/metadata.json'\n`);
    for (const one of answer.packages) {
      await fake.write(join(one.folder ?? '', 'Cargo.toml'), `# ${JSON.stringify(one)}\n`);
      for (const bin of one.bins ?? [])
        await fake.write(join(one.folder ?? '', `src/${bin}.rs`), `// ${bin}\n`);
    }
  };
  await fake.write('Cargo.lock', 'version = 4\n');
  await fake.write('Cargo.toml', '[workspace]\n');
  await tell(metadata);
  const stub = () => {
    vi.stubEnv('CARGO', fake.env['CARGO']);
    // Nothing of the machine that the tests run on.
    for (const name of ['CRABLET_BUNDLE', 'CDK_OUTDIR', 'CDK_CONTEXT_JSON', 'RUSTFLAGS', 'CARGO_TARGET_DIR'])
      vi.stubEnv(name, undefined);
  };
  stub();
  const before = new Map<string, Buffer | undefined>();
  return {
    ...fake,
    tell,
    async write(path, content) {
      const file = join(fake.folder, path);
      if (!before.has(file)) before.set(file, await readFile(file).catch(() => undefined));
      return fake.write(path, content);
    },
    async reset() {
      for (const [file, content] of before)
        await (content ? writeFile(file, content) : rm(file, { force: true }));
      before.clear();
      stub();
      await tell(metadata);
    },
    calls: async () =>
      (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    builds: (names) =>
      fake.onBuild(
        [
          `echo build >> '${log}'`,
          `mkdir -p '${fake.folder}/target/debug'`,
          ...names.map((name) => `cp ${PROGRAM} '${fake.folder}/target/debug/${name}'`),
          ...names.map((name) => saysBuilt(fake.folder, name, { manifest: manifestOf(metadata, name) })),
        ].join('\n'),
      ),
  };
}

function manifestOf({ packages }: FakeMetadata, bin: string): string {
  return join(packages.find(({ bins = [] }) => bins.includes(bin))?.folder ?? '', 'Cargo.toml');
}

/** The template of a stack with what `make` puts into it, as a test of an app would have it. */
export function templateOf(make: (stack: Stack) => void, context: Record<string, unknown> = {}): Template {
  const stack = new Stack(new App({ context }), 'Stack');
  make(stack);
  return Template.fromStack(stack);
}

/** The key of a function's asset: its hash, but for `.zip`. */
export function assetKeys(template: Template): string[] {
  return Object.values(template.findResources('AWS::Lambda::Function')).map(
    (one) => (one['Properties'] as { Code: { S3Key: string } }).Code.S3Key,
  );
}
