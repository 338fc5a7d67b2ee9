import {
  type AliasFacts,
  type Cloud,
  CloudError,
  type FunctionState,
  type Provisioning,
  type Written,
} from './cloud.js';
import type { Configuration, EventSettings, EventSource, Schedule, UrlSettings } from './configuration.js';
import { OWNER_TAG } from './desired.js';
import type { ObservedFunction, ObservedPermission, ObservedRole } from './observed.js';
import { same } from './same.js';
import { rulePrefixOf, scheduleNameOf } from './schedule-rule.js';
import type { Tags, Write } from './step.js';

interface Version {
  readonly version: string;
  readonly codeSha256: string;
  readonly configuration: Configuration;
  /** What `$LATEST` had when it was published. */
  readonly latestDescription: string;
}

interface OfAlias {
  version: string;
  weights: Readonly<Record<string, number>>;
  revision: number;
  url: UrlSettings | null;
  permissions: ObservedPermission[];
  events: EventSettings | null;
  provisioned: number | null;
}

interface Fn {
  codeSha256: string;
  configuration: Configuration;
  revision: number;
  tags: Record<string, string>;
  reserved: number | null;
  signing: string | null;
  versions: Version[];
  aliases: Map<string, OfAlias>;
}

const ACCOUNT = { partition: 'aws', id: '123456789012', region: 'eu-central-1' } as const;

/** AWS as far as a deploy goes, in memory: what it refuses, it refuses here. Of one account and region. */
export class CloudModel implements Cloud {
  readonly functions = new Map<string, Fn>();
  readonly roles = new Map<string, ObservedRole>();
  readonly groups = new Map<string, { retention: number | null; tags: Record<string, string> }>();
  readonly buckets = new Map<string, Set<string>>();
  readonly mappings = new Map<string, EventSource & { aliasArn: string }>();
  readonly rules = new Map<string, Schedule & { target: { arn: string; input: string | null } | null }>();
  readonly layers = new Map<
    string,
    { codeSha256: string; description: string; runtimes: readonly string[] }[]
  >();
  readonly writes: Write[] = [];
  /** What the next looks at provisioned concurrency see, one each; then it is ready. */
  readonly provisionings: Provisioning[] = [];
  /** Called before and after each write; what it throws is thrown. */
  before: (write: Write, count: number) => void = () => {};
  after: (write: Write, count: number) => void = () => {};
  private counter = 0;

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
      arn: arnOf(name),
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
    const one = this.functions.get(name)?.aliases.get(alias);
    if (!one) return null;
    const { version, weights, revision } = one;
    return { arn: `${arnOf(name)}:${alias}`, version, weights, revision: String(revision) };
  }

  async version(name: string, qualifier: string) {
    return this.functions.get(name)?.versions.find(({ version }) => version === qualifier) ?? null;
  }

  async url(name: string, alias: string) {
    const url = this.functions.get(name)?.aliases.get(alias)?.url;
    return url ? { ...url, url: `https://${name}-${alias}.lambda-url.on.aws/` } : null;
  }

  async permissions(name: string, alias: string) {
    return [...(this.functions.get(name)?.aliases.get(alias)?.permissions ?? [])];
  }

  async events(name: string, alias: string) {
    return this.functions.get(name)?.aliases.get(alias)?.events ?? null;
  }

  async provisionedConcurrency(name: string, alias: string) {
    return this.functions.get(name)?.aliases.get(alias)?.provisioned ?? null;
  }

  async provisioning(): Promise<Provisioning> {
    return this.provisionings.shift() ?? { kind: 'ready', reason: null };
  }

  async eventSources(aliasArn: string) {
    return [...this.mappings]
      .filter(([, one]) => one.aliasArn === aliasArn)
      .map(([uuid, { aliasArn: _, ...source }]) => ({ uuid, ...source }));
  }

  async schedules(name: string, aliasArn: string) {
    return [...this.rules]
      .filter(([rule]) => rule.startsWith(rulePrefixOf(name)))
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
      compatibleArchitectures: ['x86_64'],
    };
  }

  async state(name: string): Promise<FunctionState> {
    const fn = this.fn(name);
    return { kind: 'ready', reason: null, revision: String(fn.revision), codeSha256: fn.codeSha256 };
  }

  close(): void {}

  async write(write: Write, revision: string | null): Promise<Written> {
    this.before(write, this.writes.length);
    const written = this.carryOut(write, revision);
    this.writes.push(write);
    this.after(write, this.writes.length);
    return written;
  }

  private carryOut(write: Write, revision: string | null): Written {
    switch (write.kind) {
      case 'create-role':
        if (this.roles.has(write.role)) throw refused('exists', write.role);
        this.roles.set(write.role, {
          arn: `arn:aws:iam::${ACCOUNT.id}:role/${write.role}`,
          trust: write.trust,
          policy: null,
          attached: [],
          permissionsBoundary: write.permissionsBoundary,
          owner: write.tags[OWNER_TAG] ?? null,
          createdMs: 0,
        });
        return {};
      case 'tag-role':
        return this.changeRole(write.role, { owner: write.tags[OWNER_TAG] ?? null });
      case 'put-role-boundary':
        return this.changeRole(write.role, { permissionsBoundary: write.boundary });
      case 'update-role-trust':
        return this.changeRole(write.role, { trust: write.trust });
      case 'put-role-policy':
        return this.changeRole(write.role, { policy: write.policy });
      case 'attach-role-policy': {
        const { attached } = found(this.roles.get(write.role));
        return this.changeRole(write.role, { attached: [...new Set([...attached, write.policyArn])].sort() });
      }
      case 'detach-role-policy': {
        const { attached } = found(this.roles.get(write.role));
        return this.changeRole(write.role, { attached: attached.filter((one) => one !== write.policyArn) });
      }
      case 'create-log-group':
        if (this.groups.has(write.group)) throw refused('exists', write.group);
        this.groups.set(write.group, { retention: null, tags: { ...write.tags } });
        return {};
      case 'tag-log-group':
        Object.assign(found(this.groups.get(write.arn.slice(4))).tags, write.tags);
        return {};
      case 'untag-log-group':
        for (const key of write.keys) delete found(this.groups.get(write.arn.slice(4))).tags[key];
        return {};
      case 'put-retention':
        found(this.groups.get(write.group)).retention = write.days;
        return {};
      case 'delete-retention':
        found(this.groups.get(write.group)).retention = null;
        return {};
      case 'create-bucket':
        if (this.buckets.has(write.bucket)) throw refused('exists', write.bucket);
        this.buckets.set(write.bucket, new Set());
        return {};
      case 'put-object':
        found(this.buckets.get(write.bucket)).add(write.key);
        return {};
      case 'put-rule': {
        const target = this.rules.get(write.rule)?.target ?? null;
        this.rules.set(write.rule, { ...write.schedule, target });
        return {};
      }
      case 'put-rule-target':
        found(this.rules.get(write.rule)).target = { arn: write.aliasArn, input: write.input };
        return {};
      case 'remove-rule-target':
        found(this.rules.get(write.rule)).target = null;
        return {};
      case 'delete-rule':
        // A rule with targets cannot be deleted (EventBridge API, DeleteRule).
        if (this.rules.get(write.rule)?.target) throw refused('refused', 'Rule has targets');
        this.rules.delete(write.rule);
        return {};
      case 'create-event-source': {
        const { aliasArn, source } = write;
        const [name = '', alias = ''] = aliasArn.split(':').slice(-2);
        found(this.functions.get(name)?.aliases.get(alias));
        const twin = [...this.mappings.values()].some(
          (one) => one.aliasArn === aliasArn && one.sourceArn === source.sourceArn,
        );
        if (twin) throw refused('exists', source.sourceArn);
        this.mappings.set(this.next(), { aliasArn, ...source });
        return {};
      }
      case 'update-event-source':
        this.mappings.set(write.uuid, { ...found(this.mappings.get(write.uuid)), ...write.source });
        return {};
      case 'delete-event-source':
        this.mappings.delete(write.uuid);
        return {};
      case 'publish-layer': {
        const all = this.layers.get(write.layer) ?? [];
        const { description, compatibleRuntimes: runtimes, code } = write;
        this.layers.set(write.layer, [...all, { codeSha256: code.sha256, description, runtimes }]);
        return { version: String(all.length + 1), arn: `arn:layer:${write.layer}:${all.length + 1}` };
      }
      default:
        return this.onFunction(write, revision);
    }
  }

  private onFunction(write: Write & { kind: FunctionWrite['kind'] }, revision: string | null): Written {
    switch (write.kind) {
      case 'create-function': {
        if (this.functions.has(write.function)) throw refused('exists', write.function);
        if (!this.roles.has(nameOf(write.configuration.roleArn))) {
          throw refused('role-not-ready', 'The role defined for the function cannot be assumed by Lambda.');
        }
        this.functions.set(write.function, {
          codeSha256: write.code.sha256,
          configuration: write.configuration,
          revision: Number(this.next()),
          tags: { ...write.tags },
          reserved: null,
          signing: write.codeSigningConfigArn,
          versions: [],
          aliases: new Map(),
        });
        return {};
      }
      case 'update-code': {
        const fn = this.guarded(write.function, revision);
        fn.codeSha256 = write.code.sha256;
        fn.configuration = { ...fn.configuration, architecture: write.code.architecture };
        return {};
      }
      case 'update-configuration': {
        const fn = this.guarded(write.function, revision);
        fn.configuration = { ...fn.configuration, ...write.change };
        return {};
      }
      case 'tag-function':
        Object.assign(this.fn(nameOf(write.arn, ':')).tags, write.tags as Tags);
        return {};
      case 'untag-function':
        for (const key of write.keys) delete this.fn(nameOf(write.arn, ':')).tags[key];
        return {};
      case 'put-code-signing':
        this.fn(write.function).signing = write.arn;
        return {};
      case 'put-reserved-concurrency':
        this.fn(write.function).reserved = write.value;
        return {};
      case 'publish-version':
        return this.publish(write.function, write.codeSha256, write.description, revision);
      case 'create-alias': {
        const fn = this.fn(write.function);
        if (fn.aliases.has(write.alias)) throw refused('exists', write.alias);
        const version = this.published(fn, write.version);
        fn.aliases.set(write.alias, {
          version,
          weights: {},
          revision: Number(this.next()),
          url: null,
          permissions: [],
          events: null,
          provisioned: null,
        });
        return {};
      }
      case 'move-alias': {
        const fn = this.fn(write.function);
        const alias = found(fn.aliases.get(write.alias));
        if (String(alias.revision) !== write.revision) throw refused('changed-meanwhile', write.alias);
        alias.version = this.published(fn, write.version);
        alias.weights = write.weights;
        alias.revision = Number(this.next());
        return {};
      }
      default:
        return this.onAlias(write);
    }
  }

  private onAlias(write: Write & { kind: AliasWrite['kind'] }): Written {
    const alias = found(this.fn(write.function).aliases.get(write.alias));
    switch (write.kind) {
      case 'create-url':
        if (alias.url) throw refused('exists', 'FunctionUrlConfig exists for this Lambda function');
        alias.url = write.settings;
        return { url: 'https://new' };
      case 'update-url':
        found(alias.url);
        alias.url = write.settings;
        return {};
      case 'delete-url':
        alias.url = null;
        return {};
      case 'add-permission':
        if (alias.permissions.some(({ id }) => id === write.statement.id))
          throw refused('exists', 'statement');
        alias.permissions.push({ id: write.statement.id, action: write.statement.action });
        return {};
      case 'remove-permission':
        alias.permissions = alias.permissions.filter(({ id }) => id !== write.id);
        return {};
      case 'put-events':
        alias.events = write.settings;
        return {};
      case 'delete-events':
        alias.events = null;
        return {};
      case 'put-provisioned-concurrency':
        alias.provisioned = write.value;
        return {};
      default:
        return write satisfies never;
    }
  }

  /** AWS makes no version of what was published already (botocore, PublishVersion). */
  private publish(name: string, sha256: string, description: string, revision: string | null): Written {
    const fn = this.guarded(name, revision, false);
    if (fn.codeSha256 !== sha256) throw refused('refused', 'CodeSHA256 is different from current CodeSHA256');
    const last = fn.versions.at(-1);
    const { description: latestDescription, ...rest } = fn.configuration;
    const isSame =
      last &&
      last.codeSha256 === fn.codeSha256 &&
      last.latestDescription === latestDescription &&
      same({ ...last.configuration, description: '' }, { ...rest, description: '' });
    if (isSame) return { version: last.version };
    const version = String(fn.versions.length + 1);
    fn.versions.push({
      version,
      codeSha256: fn.codeSha256,
      configuration: { ...rest, description },
      latestDescription,
    });
    return { version };
  }

  private guarded(name: string, revision: string | null, changes = true): Fn {
    const fn = this.fn(name);
    if (revision !== null && String(fn.revision) !== revision) throw refused('changed-meanwhile', name);
    if (changes) fn.revision = Number(this.next());
    return fn;
  }

  private published(fn: Fn, version: string | null): string {
    if (!fn.versions.some((one) => one.version === version)) throw refused('missing', `version ${version}`);
    return version ?? '';
  }

  private fn(name: string): Fn {
    return found(this.functions.get(name));
  }

  private changeRole(name: string, change: Partial<ObservedRole>): Written {
    this.roles.set(name, { ...found(this.roles.get(name)), ...change });
    return {};
  }

  private next(): string {
    this.counter += 1;
    return String(this.counter);
  }
}

type AliasWrite = Exclude<
  Extract<Write, { function: string; alias: string }>,
  { kind: 'create-alias' | 'move-alias' }
>;
type FunctionWrite =
  | Extract<Write, { function: string }>
  | Extract<Write, { kind: 'tag-function' | 'untag-function' }>;

function found<T>(one: T | null | undefined): T {
  if (one === null || one === undefined)
    throw refused('missing', 'The resource you requested does not exist.');
  return one;
}

function refused(problem: CloudError['problem'], message: string): CloudError {
  return new CloudError(problem, message);
}

function arnOf(name: string): string {
  return `arn:aws:lambda:${ACCOUNT.region}:${ACCOUNT.id}:function:${name}`;
}

function nameOf(arn: string, separator = '/'): string {
  return arn.slice(arn.lastIndexOf(separator) + 1);
}
