import { UserError } from '../errors.js';
import { readMetadata } from '../project/cargo-metadata.js';
import { DEFAULT_PORT } from '../watch/definitions.js';
import { findService } from '../watch/local-file.js';
import type { CliContext } from './context.js';

interface Given {
  readonly endpointUrl?: string;
  readonly invokeAddress?: string;
  readonly invokePort?: number;
  readonly manifestPath?: string;
}

export interface LocalTarget {
  readonly endpoint: string;
  readonly functionName: string;
  /** The functions that the service said it has. */
  readonly served?: readonly string[];
}

const ENDPOINT_VARIABLE = 'AWS_ENDPOINT_URL_LAMBDA';

/** Cargo Lambda's name for "the only function"; the local service knows it too. */
const THE_ONLY_ONE = '_';

/** Which local service to call, and by which name the function: as said, else the service of this project. */
export async function localTarget(
  name: string | undefined,
  given: Given,
  context: CliContext,
): Promise<LocalTarget> {
  const { endpoint, served } = await localEndpoint(given, context);
  if (!served) return { endpoint, functionName: name ?? THE_ONLY_ONE };
  if (name === undefined && served.length > 1) {
    throw new UserError('usage.arguments', {
      what: 'Which function to invoke was not said, and there are several.',
      fix: `Name one: ${served.map((one) => `crablet invoke ${one}`).join(', ')}`,
    });
  }
  return { endpoint, functionName: name ?? served[0] ?? THE_ONLY_ONE, served };
}

/** Where the local service is, and the functions that it said it has, if it did. */
export async function localEndpoint(
  given: Given,
  context: CliContext,
): Promise<{ readonly endpoint: string; readonly served?: readonly string[] }> {
  const { endpointUrl } = given;
  if (endpointUrl !== undefined) return { endpoint: checkedUrl(endpointUrl, '--endpoint-url') };
  if (given.invokeAddress !== undefined || given.invokePort !== undefined) {
    const address = given.invokeAddress ?? '127.0.0.1';
    const host = address.includes(':') ? `[${address}]` : address;
    const endpoint = `http://${host}:${given.invokePort ?? DEFAULT_PORT}`;
    return { endpoint: checkedUrl(endpoint, '--invoke-address') };
  }
  // As every AWS client does; crablet exec says there where its service is.
  const fromEnv = context.env[ENDPOINT_VARIABLE];
  if (fromEnv) return { endpoint: checkedUrl(fromEnv, ENDPOINT_VARIABLE) };
  const service = await serviceOfProject(given, context);
  // Without word of a service somebody may still serve at the usual place.
  if (!service) return { endpoint: `http://127.0.0.1:${DEFAULT_PORT}` };
  return { endpoint: service.url, served: service.functions };
}

function checkedUrl(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && url.hostname !== '') return text;
  throw new UserError('usage.arguments', {
    what: `${from} leads to '${text}', which is no http:// address of a local service.`,
    fix: 'Write it as crablet watch shows it, such as http://127.0.0.1:9000; for AWS itself add --remote',
  });
}

async function serviceOfProject({ manifestPath }: Given, { cwd, env }: CliContext) {
  try {
    const metadata = await readMetadata({ cwd, env, manifestPath });
    return await findService(metadata.target_directory);
  } catch (error) {
    // Outside of any project there is nothing to find, which is no mistake.
    if (error instanceof UserError && manifestPath === undefined) return undefined;
    throw error;
  }
}
