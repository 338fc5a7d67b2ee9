import type { LayerReference } from '../../lambda/functions-api/configuration.js';
import { invalid } from '../../lambda/functions-api/errors.js';
import type { ApiContext } from './context.js';

/** The layers that a function is to have. @throws ApiError for one that is not there */
export function layersNamed(context: ApiContext, arns: readonly string[]): LayerReference[] {
  return arns.map((arn) => {
    const layer = context.deployed.layers.find(arn);
    if (layer) return { Arn: arn, CodeSize: layer.CodeSize, CodeSha256: layer.CodeSha256 };
    throw invalid(`Layer version ${arn} does not exist.`);
  });
}
