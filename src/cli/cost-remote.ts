import type { Bench } from '../bench/bench-file.js';
import { VERSION } from '../version.js';
import type { PayloadOptions, RemoteFlags } from './bench-options.js';
import { deployedFunction, payloadOr } from './bench-remote.js';
import type { CliContext } from './context.js';

/** A few invocations of the deployed function; it is left as it is. */
export async function measuredRemotely(
  name: string | undefined,
  options: RemoteFlags & PayloadOptions & { readonly invocations: number },
  context: CliContext,
): Promise<Bench> {
  const payload = await payloadOr(options, context);
  const deployed = await deployedFunction('cost', name, options, context);
  try {
    const { runRemote } = await import('../bench/run-remote.js');
    return await runRemote({
      deployed,
      qualifier: options.qualifier,
      payload,
      amounts: { cold: 0, warm: options.invocations, warmUp: 0, seed: 1 },
      forceCold: false,
      version: VERSION,
      signal: context.interrupted,
      onProgress: () => {},
    });
  } finally {
    deployed.close();
  }
}
