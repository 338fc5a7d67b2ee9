import { functionArn, type Home, UNPUBLISHED } from '../function-name.js';
import { functionMissing, invalid } from './errors.js';
import { type Alias, type FunctionRecord, versionOf } from './function-record.js';

/** @throws ApiError in AWS's words (SNAP:test_lambda_api#TestLambdaAlias::test_notfound_and_invalid_routingconfigs) */
export function checkAlias(
  home: Home,
  record: FunctionRecord,
  { FunctionVersion, weights }: Pick<Alias, 'FunctionVersion' | 'weights'>,
): void {
  const others = Object.keys(weights);
  if (others.length > 1)
    throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1');
  const [other] = others;
  if (other !== undefined) {
    if (other === FunctionVersion)
      throw invalid(
        `Invalid function version ${other}. Function version ${other} is already included in routing configuration.`,
      );
    if (FunctionVersion === UNPUBLISHED || other === UNPUBLISHED)
      throw invalid('$LATEST is not supported for an alias pointing to more than 1 version');
  }
  for (const version of [FunctionVersion, ...others])
    if (!versionOf(record, version)) throw functionMissing(functionArn(home, record.name, version));
}

export function describedAlias(home: Home, name: string, alias: Alias): object {
  const { weights, ...rest } = alias;
  return {
    AliasArn: functionArn(home, name, alias.Name),
    ...rest,
    ...(Object.keys(weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: weights } }),
  };
}
