import { found, type ModelFunction, type ModelState, refused } from './cloud-model-state.fixture.js';
import type { ModelWriters } from './cloud-model-writers.fixture.js';
import { same } from './same.js';
import type { WriteOf } from './step.js';

/** The function, its versions, and where its aliases lead. */
export const functionModel: ModelWriters<
  | 'create-function'
  | 'update-code'
  | 'update-configuration'
  | 'tag-function'
  | 'untag-function'
  | 'put-code-signing'
  | 'put-reserved-concurrency'
  | 'publish-version'
  | 'create-alias'
  | 'move-alias'
> = {
  'create-function'(state, { function: name, configuration, code, tags, codeSigningConfigArn }) {
    if (state.functions.has(name)) throw refused('exists', name);
    if (!state.roles.has(lastOf(configuration.roleArn, '/'))) {
      throw refused('role-not-ready', 'The role defined for the function cannot be assumed by Lambda.');
    }
    state.functions.set(name, {
      codeSha256: code.sha256,
      configuration,
      revision: Number(state.next()),
      tags: { ...tags },
      reserved: null,
      signing: codeSigningConfigArn,
      versions: [],
      aliases: new Map(),
    });
  },
  'update-code'(state, { function: name, code }, revision) {
    const fn = changed(state, name, revision);
    fn.codeSha256 = code.sha256;
    fn.configuration = { ...fn.configuration, architecture: code.architecture };
  },
  'update-configuration'(state, { function: name, change }, revision) {
    const fn = changed(state, name, revision);
    fn.configuration = { ...fn.configuration, ...change };
  },
  'tag-function'(state, { arn, tags }) {
    Object.assign(state.fn(lastOf(arn, ':')).tags, tags);
  },
  'untag-function'(state, { arn, keys }) {
    for (const key of keys) delete state.fn(lastOf(arn, ':')).tags[key];
  },
  'put-code-signing'(state, { function: name, arn }) {
    state.fn(name).signing = arn;
  },
  'put-reserved-concurrency'(state, { function: name, value }) {
    state.fn(name).reserved = value;
  },
  'publish-version': (state, write, revision) => ({
    version: publish(unchanged(state, write.function, revision), write),
  }),
  'create-alias'(state, { function: name, alias, version }) {
    const fn = state.fn(name);
    if (fn.aliases.has(alias)) throw refused('exists', alias);
    fn.aliases.set(alias, {
      version: published(fn, version),
      weights: {},
      revision: Number(state.next()),
      url: null,
      permissions: [],
      events: null,
      provisioned: null,
    });
  },
  'move-alias'(state, { function: name, alias, version, weights, revision }) {
    const one = state.aliasOf(name, alias);
    if (String(one.revision) !== revision) throw refused('changed-meanwhile', alias);
    one.version = published(state.fn(name), version);
    one.weights = weights;
    one.revision = Number(state.next());
  },
};

/** AWS makes no version of what was published already (botocore, PublishVersion). */
function publish(fn: ModelFunction, { codeSha256, description }: WriteOf<'publish-version'>): string {
  if (fn.codeSha256 !== codeSha256) {
    throw refused('refused', 'CodeSHA256 is different from current CodeSHA256');
  }
  const last = fn.versions.at(-1);
  const { description: latestDescription, ...rest } = fn.configuration;
  const isSame =
    last &&
    last.codeSha256 === fn.codeSha256 &&
    last.latestDescription === latestDescription &&
    same({ ...last.configuration, description: '' }, { ...rest, description: '' });
  if (isSame) return last.version;
  const version = String(fn.versions.length + 1);
  fn.versions.push({ version, codeSha256, configuration: { ...rest, description }, latestDescription });
  return version;
}

function published(fn: ModelFunction, version: string | null): string {
  if (!fn.versions.some((one) => one.version === version)) throw refused('missing', `version ${version}`);
  return found(version);
}

/** Refused when it is not what was seen. */
function unchanged(state: ModelState, name: string, revision: string | null): ModelFunction {
  const fn = state.fn(name);
  if (revision !== null && String(fn.revision) !== revision) throw refused('changed-meanwhile', name);
  return fn;
}

function changed(state: ModelState, name: string, revision: string | null): ModelFunction {
  const fn = unchanged(state, name, revision);
  fn.revision = Number(state.next());
  return fn;
}

function lastOf(arn: string, separator: string): string {
  return arn.slice(arn.lastIndexOf(separator) + 1);
}
