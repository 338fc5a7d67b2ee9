import { functionArn, UNPUBLISHED } from '../../lambda/function-name.js';
import { runtimeVersionArn } from '../../lambda/functions-api/configuration.js';
import { invalid, notEmulated } from '../../lambda/functions-api/errors.js';
import { MAX_CODE_STORAGE_BYTES, MAX_UNZIPPED_BYTES, MAX_ZIPPED_BYTES } from '../../lambda/limits.js';
import type { Handlers } from './context.js';
import { changeable, named, versionNamed } from './targets.js';

/** What tools ask for beside, and what is kept without being acted on. */
export const otherOperations = {
  async GetAccountSettings({ deployed, functions }) {
    const { limit, unreserved } = deployed.concurrency;
    return {
      AccountLimit: {
        TotalCodeSize: MAX_CODE_STORAGE_BYTES,
        CodeSizeUnzipped: MAX_UNZIPPED_BYTES,
        CodeSizeZipped: MAX_ZIPPED_BYTES,
        ConcurrentExecutions: limit,
        UnreservedConcurrentExecutions: unreserved,
      },
      AccountUsage: {
        TotalCodeSize: deployed.codeBytes,
        FunctionCount: deployed.all.length + functions.served.length,
      },
    };
  },

  async GetFunctionRecursionConfig(context, input) {
    const { name } = named(context, input.FunctionName);
    if (context.functions.find(name)) return { RecursiveLoop: 'Terminate' };
    return { RecursiveLoop: changeable(context, named(context, name)).recursiveLoop };
  },

  async PutFunctionRecursionConfig(context, input) {
    const record = changeable(context, named(context, input.FunctionName));
    const { RecursiveLoop } = input;
    await context.deployed.put({ ...record, recursiveLoop: RecursiveLoop });
    return { RecursiveLoop };
  },

  async GetRuntimeManagementConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = changeable(context, target);
    const { Version } = versionNamed(context, record, target);
    return {
      UpdateRuntimeOn: 'Auto',
      ...record.runtimeManagement[Version],
      FunctionArn: functionArn(context.home, target.name, target.qualifier ?? UNPUBLISHED),
    };
  },

  async PutRuntimeManagementConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = changeable(context, target);
    const { Version } = versionNamed(context, record, target);
    const { UpdateRuntimeOn, RuntimeVersionArn } = input;
    if (UpdateRuntimeOn === 'Manual' && RuntimeVersionArn !== runtimeVersionArn(context.home))
      throw invalid('You must specify a runtime version ARN when you choose Manual, and one that is there.');
    const config = { UpdateRuntimeOn, ...(RuntimeVersionArn !== undefined && { RuntimeVersionArn }) };
    const runtimeManagement = { ...record.runtimeManagement, [Version]: config };
    await context.deployed.put({ ...record, runtimeManagement });
    const FunctionArn = functionArn(context.home, target.name, target.qualifier ?? UNPUBLISHED);
    return { ...config, FunctionArn };
  },

  /** Nothing here is signed: AWS tells of no configuration with an empty answer. */
  async GetFunctionCodeSigningConfig() {
    return {};
  },

  async PutFunctionCodeSigningConfig() {
    throw notEmulated('code signing: no signature is checked here');
  },

  async DeleteFunctionCodeSigningConfig() {
    return undefined;
  },
} satisfies Handlers;
