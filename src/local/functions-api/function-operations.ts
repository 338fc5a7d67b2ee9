import { functionArn, UNPUBLISHED } from '../../lambda/function-name.js';
import { checkSettings } from '../../lambda/functions-api/check-settings.js';
import {
  createdConfig,
  described,
  listed,
  recoded,
  reconfigured,
  settled,
  type VersionConfig,
} from '../../lambda/functions-api/configuration.js';
import {
  conflict,
  functionMissing,
  invalid,
  revisionMismatch,
  updateInProgress,
} from '../../lambda/functions-api/errors.js';
import { type FunctionRecord, newRecord } from '../../lambda/functions-api/function-record.js';
import { publishedConfig } from '../../lambda/functions-api/published-version.js';
import { checkTags } from '../../lambda/functions-api/tags.js';
import { newId } from '../ids.js';
import { codeLocation } from './code-download.js';
import type { ApiContext, Handlers } from './context.js';
import { layersNamed } from './layers.js';
import { paged } from './pages.js';
import { changeable, named, refuseServed, versionNamed } from './targets.js';
import { takeCode } from './upload.js';
import { deleteVersion, publish } from './version-operations.js';
import { listServed, servedConfig } from './watched.js';

/** What is made of functions themselves: their code and their settings. */
export const functionOperations = {
  async CreateFunction(context, input) {
    const { home, deployed } = context;
    const { name } = named(context, input.FunctionName);
    refuseServed(context, name);
    const refuseTwin = () => {
      if (deployed.find(name)) throw conflict(`Function already exist: ${name}`);
    };
    refuseTwin();
    checkSettings(input, undefined);
    if (input.Tags) checkTags({}, input.Tags);
    const layers = layersNamed(context, input.Layers ?? []);
    const code = await takeCode(context, input.Code, input.Architectures?.[0] ?? 'x86_64');
    refuseTwin();
    const latest = createdConfig(name, input, code, layers, stamp(context));
    const record = newRecord(name, latest, input.Tags ?? {});
    if (!input.Publish) {
      await begin(context, record);
      return described(home, name, latest, undefined);
    }
    const published = publishedConfig(latest, 1, undefined, newId());
    await begin(context, { ...record, versions: [published], nextVersion: 2 });
    return described(home, name, published, '1');
  },

  async GetFunction(context, input, { baseUrl }) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const served = servedConfig(context, target);
    if (served) return { Configuration: served, Code: {} };
    const record = known(context, target.name, target.arn);
    const config = versionNamed(context, record, target);
    return {
      Configuration: described(context.home, target.name, config, target.qualifier),
      Code: codeLocation(baseUrl, config.CodeSha256),
      ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
      ...(record.reserved !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: record.reserved },
      }),
    };
  },

  async GetFunctionConfiguration(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const served = servedConfig(context, target);
    if (served) return served;
    const config = versionNamed(context, known(context, target.name, target.arn), target);
    return described(context.home, target.name, config, target.qualifier);
  },

  async UpdateFunctionCode(context, input) {
    const { home } = context;
    const target = named(context, input.FunctionName);
    const check = () => updatable(context, changeable(context, target), input.RevisionId);
    const architecture = input.Architectures?.[0] ?? check().latest.Architecture;
    const code = await takeCode(context, input, architecture);
    const record = check();
    const changed = recoded(record.latest, code, input.Architectures?.[0], stamp(context));
    if (input.DryRun) {
      // Told as it would be, and nothing is changed.
      return described(home, target.name, { ...record.latest, ...code }, undefined);
    }
    if (!input.Publish) {
      await begin(context, { ...record, latest: changed });
      return described(home, target.name, changed, undefined);
    }
    const published = publish({ ...record, latest: changed }, undefined, newId());
    await begin(context, published.record);
    return described(home, target.name, published.version, published.version.Version);
  },

  async UpdateFunctionConfiguration(context, input) {
    const target = named(context, input.FunctionName);
    const record = updatable(context, changeable(context, target), input.RevisionId);
    checkSettings(input, record.latest.LoggingConfig);
    const layers = input.Layers && layersNamed(context, input.Layers);
    const latest = reconfigured(target.name, record.latest, input, layers, stamp(context));
    await begin(context, { ...record, latest });
    return described(context.home, target.name, latest, undefined);
  },

  async DeleteFunction(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = changeable(context, target);
    const { qualifier } = target;
    if (qualifier === UNPUBLISHED)
      throw invalid('$LATEST version cannot be deleted without deleting the function.');
    if (qualifier === undefined) await context.deployed.remove(target.name);
    else await context.deployed.put(deleteVersion(context.home, record, qualifier));
    return undefined;
  },

  async ListFunctions(context, input) {
    const { home, deployed } = context;
    const created = deployed.all.flatMap((record) => {
      const shown = (config: VersionConfig) => listed(home, record.name, config, qualifierIn(input, config));
      const versions =
        input.FunctionVersion === 'ALL' ? [record.latest, ...record.versions] : [record.latest];
      return versions.map((config) => ({ name: `${record.name}:${config.Version}`, shown: shown(config) }));
    });
    const all = [...created, ...listServed(context)].sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, NextMarker } = paged(all, ({ name }) => name, input);
    return { Functions: items.map(({ shown }) => shown), ...(NextMarker && { NextMarker }) };
  },
} satisfies Handlers;

/** With all versions listed, each has its own ARN. */
function qualifierIn(
  { FunctionVersion }: { readonly FunctionVersion?: string | undefined },
  { Version }: VersionConfig,
): string | undefined {
  return FunctionVersion === 'ALL' ? Version : undefined;
}

function stamp({ clock }: ApiContext) {
  return { RevisionId: newId(), now: clock.now() };
}

function known({ deployed }: ApiContext, name: string, arn: string): FunctionRecord {
  const record = deployed.find(name);
  if (!record) throw functionMissing(arn);
  return record;
}

/** @throws ApiError while another change is being made, or when the caller knows an older state */
function updatable(
  { home }: ApiContext,
  record: FunctionRecord,
  revision: string | undefined,
): FunctionRecord {
  const { latest, name } = record;
  if (latest.update === 'InProgress' || latest.state === 'Pending')
    throw updateInProgress(functionArn(home, name));
  if (revision !== undefined && revision !== latest.RevisionId) throw revisionMismatch();
  return record;
}

/**
 * Keeps what was asked for, and soon lets it be so: AWS answers with what is under way, and takes a moment. Here
 * that moment is the next turn.
 */
async function begin(context: ApiContext, record: FunctionRecord): Promise<void> {
  const { deployed, clock } = context;
  await deployed.put(record);
  clock.after(0, () => {
    const now = deployed.find(record.name);
    if (!now) return;
    const settle = (config: VersionConfig) =>
      config.state === 'Pending' || config.update === 'InProgress' ? settled(config, newId()) : config;
    deployed
      .put({ ...now, latest: settle(now.latest), versions: now.versions.map(settle) })
      .catch((error: Error) => context.warn(`${record.name} could not be kept: ${error.message}`));
  });
}
