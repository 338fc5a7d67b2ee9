/**
 * What an extension asks for with `PUT /2022-07-01/telemetry` or `PUT /2020-08-15/logs`, and what is wrong with it.
 * Sources: developer guide of 2026, telemetry-api and telemetry-api-reference; of 2022, runtimes-logs-api; RIE-MI
 * internal/lambda-managed-instances/aws-lambda-rie/internal/telemetry/{subscription_api,internal/client}.go.
 */

export type TelemetryApi = 'Telemetry' | 'Logs';

const TYPES = ['platform', 'function', 'extension'] as const;
export type TelemetryType = (typeof TYPES)[number];

/** The schema versions that an API knows, oldest first. */
export const SCHEMA_VERSIONS = {
  Telemetry: ['2022-07-01', '2022-12-13', '2025-01-29'],
  Logs: ['2020-08-15', '2021-03-18'],
} as const;
export type SchemaVersion = (typeof SCHEMA_VERSIONS)[TelemetryApi][number];

/** How much is collected before it is sent; bytes and milliseconds. */
export interface Buffering {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Always inside the execution environment: the host's name is not kept. */
export type Destination =
  | {
      readonly protocol: 'HTTP';
      readonly port: number;
      readonly path: string;
      readonly method: 'POST' | 'PUT';
    }
  | { readonly protocol: 'TCP'; readonly port: number };

export interface Subscription {
  readonly api: TelemetryApi;
  readonly schemaVersion: SchemaVersion;
  readonly types: readonly TelemetryType[];
  readonly buffering: Buffering;
  readonly destination: Destination;
}

export type ReadSubscription =
  | { readonly kind: 'subscription'; readonly subscription: Subscription }
  | { readonly kind: 'invalid'; readonly why: string };

const BUFFERING_LIMITS: Record<keyof Buffering, { least: number; most: number; unsaid: number }> = {
  maxItems: { least: 1_000, most: 10_000, unsaid: 10_000 },
  maxBytes: { least: 262_144, most: 1_048_576, unsaid: 262_144 },
  timeoutMs: { least: 25, most: 30_000, unsaid: 1_000 },
};

/** The names of an environment's own loopback address (RIE-MI: internal/client.go, newHTTPClient). */
const HOSTS = ['sandbox.localdomain', 'sandbox'];
/** The port of the Runtime API on AWS (developer guide, telemetry-api: "Lambda reserves port 9001"). */
const RESERVED_PORT = 9001;

type Fields = Readonly<Record<string, unknown>>;

/** What managed instances accept (telemetry-api; RIE-MI: telemetry/schema/telemetry-subscription-schema.json). */
const MANAGED_VERSIONS = ['2025-01-29'] as const;

/**
 * Reads the body of a request; all that is wrong with it is told at once, as in the guide's example.
 * @param managed whether the environment takes several invocations at once, as managed instances do
 */
export function readSubscription(api: TelemetryApi, body: string, managed = false): ReadSubscription {
  const request = parsed(body);
  if (request === undefined) return { kind: 'invalid', why: 'failed to parse JSON' };
  if (!isFields(request)) return { kind: 'invalid', why: 'the request should be a JSON object' };
  const faults: string[] = [];
  // In this order: the guide's example names the port of the URI before the types.
  const known = managed ? MANAGED_VERSIONS : SCHEMA_VERSIONS[api];
  const schemaVersion = readSchemaVersion(known, request['schemaVersion'], api === 'Logs', faults);
  const destination = readDestination(request['destination'], faults);
  const types = readTypes(request['types'], faults);
  const buffering = readBuffering(request['buffering'], faults);
  if (!schemaVersion || !destination || !types || faults.length > 0) {
    return { kind: 'invalid', why: faults.join('; ') };
  }
  return { kind: 'subscription', subscription: { api, schemaVersion, types, buffering, destination } };
}

/** Whether two requests ask for the same: a repeated one changes nothing (developer guide, runtimes-logs-api). */
export function sameSubscription(one: Subscription, other: Subscription): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** @param optional only the Logs API has a default (developer guide, runtimes-logs-api: subscribe) */
function readSchemaVersion(
  known: readonly SchemaVersion[],
  given: unknown,
  optional: boolean,
  faults: string[],
): SchemaVersion | undefined {
  if (given === undefined && optional) return known[0];
  if (given === undefined) faults.push('schemaVersion is not provided');
  const found = known.find((version) => version === given);
  if (given !== undefined && !found) faults.push(`schemaVersion should be one of ${known.join(', ')}`);
  return found;
}

function readTypes(given: unknown, faults: string[]): TelemetryType[] | undefined {
  if (!Array.isArray(given) || given.length === 0) {
    faults.push('types should not be empty');
    return undefined;
  }
  const known = TYPES.filter((type) => given.includes(type));
  if (given.some((type) => !TYPES.includes(type))) faults.push(`types should be of ${TYPES.join(', ')}`);
  return known;
}

function readBuffering(given: unknown, faults: string[]): Buffering {
  const fields = given ?? {};
  if (!isFields(fields)) faults.push('buffering should be an object');
  const read = (name: keyof Buffering): number => {
    const { least, most, unsaid } = BUFFERING_LIMITS[name];
    const value = (isFields(fields) ? fields[name] : undefined) ?? unsaid;
    if (isWhole(value) && value >= least && value <= most) return value;
    faults.push(`${name} should be between ${least} and ${most}`);
    return unsaid;
  };
  return { maxItems: read('maxItems'), maxBytes: read('maxBytes'), timeoutMs: read('timeoutMs') };
}

function readDestination(given: unknown, faults: string[]): Destination | undefined {
  if (!isFields(given)) {
    faults.push('destination is not provided');
    return undefined;
  }
  switch (given['protocol']) {
    case 'HTTP':
      return readHttp(given, faults);
    case 'TCP':
      return withPort(given['port'], faults, (port) => ({ protocol: 'TCP', port }));
    default:
      faults.push('destination protocol should be HTTP or TCP');
      return undefined;
  }
}

const URI = /^([a-z][a-z0-9+.-]*):\/\/([^/?#:]*)(?::(\d*))?(\/[^?#]*)?(\?[^#]*)?(?:#.*)?$/i;
/** What may stand in a request line. */
const PATH = /^[!-~]*$/;

function readHttp({ URI: uri, method = 'POST' }: Fields, faults: string[]): Destination | undefined {
  if (method !== 'POST' && method !== 'PUT') faults.push('destination method should be POST or PUT');
  if (typeof uri !== 'string') {
    faults.push('URI is not provided');
    return undefined;
  }
  const [, scheme = '', host = '', port = '', path = '/', query = ''] = URI.exec(uri) ?? [];
  if (scheme.toLowerCase() !== 'http') faults.push('URI scheme should be http');
  else if (!HOSTS.includes(host.toLowerCase())) faults.push(`URI host should be ${HOSTS[0]}`);
  else if (port === '') faults.push('URI port is not provided');
  else if (!PATH.test(path + query)) faults.push('URI path is not valid');
  else {
    const valid = method === 'PUT' ? 'PUT' : 'POST';
    return withPort(Number(port), faults, (number) => ({
      protocol: 'HTTP',
      port: number,
      path: path + query,
      method: valid,
    }));
  }
  return undefined;
}

function withPort(
  port: unknown,
  faults: string[],
  destination: (port: number) => Destination,
): Destination | undefined {
  if (port === undefined) faults.push('port is not provided');
  else if (!isWhole(port) || port < 1 || port > 65_535) faults.push('port should be between 1 and 65535');
  else if (port === RESERVED_PORT) faults.push(`port ${RESERVED_PORT} is reserved`);
  else return destination(port);
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}
