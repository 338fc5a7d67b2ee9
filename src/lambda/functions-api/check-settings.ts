import { rejectOversized, rejectReserved } from '../environment-variables.js';
import { MAX_LAYERS } from '../limits.js';
import type { LoggingConfig } from './configuration.js';
import { ApiError, invalid, notEmulated } from './errors.js';
import type { Input } from './operations.js';

/** As the recorded refusal lists them, in its order (SNAP:test_lambda_api#test_create_lambda_exceptions, 12 Jan 2026). */
const RUNTIMES =
  'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2';

/** What is checked of a function's settings beyond the form of each. @throws ApiError in AWS's words */
export function checkSettings(
  input: Omit<Input<'UpdateFunctionConfiguration'>, 'FunctionName'>,
  before: LoggingConfig | undefined,
): void {
  checkRuntime(input.Runtime);
  const variables = input.Environment?.Variables;
  const refused = variables && (rejectReserved(variables) ?? rejectOversized(variables));
  if (refused) throw new ApiError(refused);
  checkLogging(input.LoggingConfig, before);
  const layers = input.Layers ?? [];
  if (layers.length > MAX_LAYERS) throw invalid(`Cannot reference more than ${MAX_LAYERS} layers.`);
  for (const [index, arn] of layers.entries()) {
    const twin = layers.slice(0, index).find((other) => layerOf(other) === layerOf(arn));
    if (twin !== undefined)
      throw invalid(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${twin} and ${arn} are versions of the same layer.`,
      );
  }
}

function checkRuntime(runtime: string | undefined): void {
  if (runtime === undefined || runtime === 'provided.al2023' || runtime === 'provided.al2') return;
  if (runtime === 'provided')
    throw invalid(
      'The runtime parameter of provided is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    );
  if (RUNTIMES.split(', ').includes(runtime))
    throw notEmulated(
      `the runtime ${runtime}: it runs programs that are called bootstrap, of provided.al2023 and provided.al2`,
    );
  throw invalid(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${RUNTIMES}] or be a valid ARN`,
  );
}

/** LS: provider.py, _validate_logging_config. */
function checkLogging(
  given: Input<'UpdateFunctionConfiguration'>['LoggingConfig'],
  before: LoggingConfig | undefined,
): void {
  const format = given?.LogFormat ?? before?.LogFormat ?? 'Text';
  const levelled = given?.ApplicationLogLevel !== undefined || given?.SystemLogLevel !== undefined;
  if (format === 'Text' && levelled)
    throw invalid(
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
    );
}

/** A layer's ARN without its version. */
const layerOf = (arn: string) => arn.split(':').slice(0, 7).join(':');
