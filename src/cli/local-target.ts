import { UserError } from '../errors.js';
import { type ClientTls, findTlsFiles, readClientTls, type TlsFiles } from '../http/tls-files.js';
import { readMetadata } from '../project/cargo-metadata.js';
import { DEFAULT_PORT } from '../watch/definitions.js';
import { findService } from '../watch/local-file.js';
import type { CliContext } from './context.js';
import { type TlsOptions, tlsFiles, tlsFolder } from './tls-options.js';

interface Given extends TlsOptions {
  readonly endpointUrl?: string;
  readonly invokeAddress?: string;
  readonly invokePort?: number;
  readonly manifestPath?: string;
}

/** Where the local service is. */
export interface LocalEndpoint {
  readonly endpoint: string;
  /** The functions that the service said it has. */
  readonly served?: readonly string[];
  /** Whom to trust, where it speaks TLS. */
  readonly tls?: ClientTls;
}

export interface LocalTarget extends LocalEndpoint {
  readonly functionName: string;
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
  const found = await localEndpoint(given, context);
  const { served } = found;
  if (!served) return { ...found, functionName: name ?? THE_ONLY_ONE };
  if (name === undefined && served.length > 1) {
    throw new UserError('usage.arguments', {
      what: 'Which function to invoke was not said, and there are several.',
      fix: `Name one: ${served.map((one) => `crablet invoke ${one}`).join(', ')}`,
    });
  }
  return { ...found, functionName: name ?? served[0] ?? THE_ONLY_ONE };
}

/** Where the local service is, and the functions that it said it has, if it did. */
export async function localEndpoint(given: Given, context: CliContext): Promise<LocalEndpoint> {
  const said = tlsFiles(given, context.cwd);
  const folder = tlsFolder(context);
  const found = await findEndpoint(given, context, () => wantsTls(said, folder));
  const secure = found.endpoint.startsWith('https:');
  if (!secure && Object.values(said).some((path) => path !== undefined)) throw withoutTls(found.endpoint);
  if (!secure) return found;
  const own = readClientTls(said, folder, Date.now());
  // What the person names comes before what the service told.
  const tls = said.ca === undefined ? { ...own, ...found.tls } : own;
  return { ...found, tls };
}

async function findEndpoint(given: Given, context: CliContext, tls: () => boolean): Promise<LocalEndpoint> {
  const { endpointUrl } = given;
  const scheme = () => (tls() ? 'https' : 'http');
  if (endpointUrl !== undefined) return { endpoint: checkedUrl(endpointUrl, '--endpoint-url') };
  if (given.invokeAddress !== undefined || given.invokePort !== undefined) {
    const address = given.invokeAddress ?? '127.0.0.1';
    const host = address.includes(':') ? `[${address}]` : address;
    const endpoint = `${scheme()}://${host}:${given.invokePort ?? DEFAULT_PORT}`;
    return { endpoint: checkedUrl(endpoint, '--invoke-address') };
  }
  // As every AWS client does; crablet exec says there where its service is.
  const fromEnv = context.env[ENDPOINT_VARIABLE];
  if (fromEnv) return { endpoint: checkedUrl(fromEnv, ENDPOINT_VARIABLE) };
  const service = await serviceOfProject(given, context);
  // Without word of a service somebody may still serve at the usual place.
  if (!service) return { endpoint: `${scheme()}://127.0.0.1:${DEFAULT_PORT}` };
  const { url: endpoint, functions: served, certificate } = service;
  return { endpoint, served, ...(certificate !== undefined && { tls: { pinned: certificate } }) };
}

/** As Cargo Lambda decides it, and when somebody only says whom to trust. */
function wantsTls(said: TlsFiles, folder: string): boolean {
  const { cert, key } = findTlsFiles(said, folder);
  return (cert !== undefined && key !== undefined) || Object.values(said).some((path) => path !== undefined);
}

function withoutTls(endpoint: string): UserError {
  return new UserError('usage.arguments', {
    what: `--tls-… is for HTTPS, and the service is at ${endpoint}.`,
    fix: 'Leave it out, or start the service with TLS: crablet watch --tls-cert CERT --tls-key KEY',
  });
}

function checkedUrl(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAws = url !== undefined && /\.amazonaws\.com(\.cn)?$/.test(url.hostname);
  if (!isAws && (url?.protocol === 'http:' || url?.protocol === 'https:') && url.hostname !== '') return text;
  throw new UserError('usage.arguments', {
    what: `${from} leads to '${text}', which is no http:// or https:// address of a local service.`,
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
