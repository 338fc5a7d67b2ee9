import { invalid } from './errors.js';

/** Tags of one function (developer guide, configuration-tags). */
const MAX_TAGS = 50;

/** @throws ApiError when there would be too many */
export function checkTags(
  before: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
): void {
  if (Object.keys({ ...before, ...added }).length > MAX_TAGS)
    throw invalid('Number of tags exceeds resource tag limit.');
}
