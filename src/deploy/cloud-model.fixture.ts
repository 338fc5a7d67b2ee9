import type { AliasFacts, Cloud, FunctionState, Provisioning, Written } from './cloud.js';
import { aliasModel } from './cloud-model-alias.fixture.js';
import { aroundModel } from './cloud-model-around.fixture.js';
import { functionModel } from './cloud-model-function.fixture.js';
import { ACCOUNT, functionArn, ModelState } from './cloud-model-state.fixture.js';
import type { ModelWriters } from './cloud-model-writers.fixture.js';
import { OWNER_TAG } from './desired.js';
import type { ObservedFunction } from './observed.js';
import { isRuleOf, scheduleNameOf } from './schedule-rule.js';
import type { Write } from './step.js';

const WRITERS: ModelWriters<Write['kind']> = { ...functionModel, ...aliasModel, ...aroundModel };

/** AWS as far as a deploy goes, in memory: what it refuses, it refuses here. */
export class CloudModel extends ModelState implements Cloud {
  readonly writes: Write[] = [];
  /** What the next looks at provisioned concurrency see, one each; then it is ready. */
  readonly provisionings: Provisioning[] = [];
  /** Called before and after each write; what it throws is thrown. */
  before: (write: Write, count: number) => void = () => {};
  after: (write: Write, count: number) => void = () => {};

  async account() {
    return ACCOUNT;
  }

  async role(name: string) {
    return this.roles.get(name) ?? null;
  }

  async logGroup(name: string) {
    const group = this.groups.get(name);
    if (!group) return null;
    return { name, arn: `arn:${name}`, retentionDays: group.retention, owned: OWNER_TAG in group.tags };
  }

  async s3({ bucket, key }: { bucket: string; key: string }) {
    return { bucket: this.buckets.has(bucket), object: this.buckets.get(bucket)?.has(key) === true };
  }

  async function(name: string): Promise<Omit<ObservedFunction, 'alias'> | null> {
    const fn = this.functions.get(name);
    if (!fn) return null;
    return {
      arn: functionArn(name),
      revision: String(fn.revision),
      codeSha256: fn.codeSha256,
      configuration: fn.configuration,
      updating: false,
      failure: null,
      tags: { ...fn.tags },
      reservedConcurrency: fn.reserved,
      codeSigningConfigArn: fn.signing,
    };
  }

  async alias(name: string, alias: string): Promise<AliasFacts | null> {
    const one = this.aliasThere(name, alias);
    if (!one) return null;
    const { version, weights, revision } = one;
    return { arn: `${functionArn(name)}:${alias}`, version, weights, revision: String(revision) };
  }

  async version(name: string, qualifier: string) {
    return this.functions.get(name)?.versions.find(({ version }) => version === qualifier) ?? null;
  }

  async url(name: string, alias: string) {
    const url = this.aliasThere(name, alias)?.url;
    return url ? { ...url, url: `https://${name}-${alias}.lambda-url.on.aws/` } : null;
  }

  async permissions(name: string, alias: string) {
    return [...(this.aliasThere(name, alias)?.permissions ?? [])];
  }

  async events(name: string, alias: string) {
    return this.aliasThere(name, alias)?.events ?? null;
  }

  async provisionedConcurrency(name: string, alias: string) {
    return this.aliasThere(name, alias)?.provisioned ?? null;
  }

  async provisioning(): Promise<Provisioning> {
    return this.provisionings.shift() ?? { kind: 'ready', reason: null };
  }

  async eventSources(aliasArn: string) {
    return [...this.mappings]
      .filter(([, one]) => one.aliasArn === aliasArn)
      .map(([uuid, { aliasArn: _, ...source }]) => ({ uuid, ...source }));
  }

  async schedules(name: string, aliasArn: string | null) {
    const alias = aliasArn === null ? null : aliasArn.slice(aliasArn.lastIndexOf(':') + 1);
    return [...this.rules]
      .filter(([rule]) => isRuleOf(rule, name, alias))
      .map(([rule, { target, ...schedule }]) => ({
        ...schedule,
        name: scheduleNameOf(rule),
        rule,
        targeted: target?.arn === aliasArn,
        input: target?.input ?? null,
      }));
  }

  async layer(name: string) {
    const all = this.layers.get(name) ?? [];
    const newest = all.at(-1);
    if (!newest) return null;
    return {
      arn: `arn:layer:${name}:${all.length}`,
      version: all.length,
      codeSha256: newest.codeSha256,
      description: newest.description,
      compatibleRuntimes: newest.runtimes,
      compatibleArchitectures: [newest.architecture],
    };
  }

  async state(name: string): Promise<FunctionState> {
    const { revision, codeSha256 } = this.fn(name);
    return { kind: 'ready', reason: null, revision: String(revision), codeSha256 };
  }

  close(): void {}

  async write(write: Write, revision: string | null): Promise<Written> {
    this.before(write, this.writes.length);
    const written = writerOf(write)(this, write, revision) ?? {};
    this.writes.push(write);
    this.after(write, this.writes.length);
    return written;
  }

  private aliasThere(name: string, alias: string) {
    return this.functions.get(name)?.aliases.get(alias);
  }
}

/** The table's types hold that each kind has the writer for it. */
function writerOf(write: Write) {
  return WRITERS[write.kind] as (
    state: ModelState,
    write: Write,
    revision: string | null,
  ) => Written | undefined;
}
