import { UserError } from '../errors.js';

/**
 * An endpoint as it was given, or an error that shows how one is written: the SDK would say that it is invalid, and not what of it.
 * @param example what is likely to be meant
 */
export function checkedEndpoint(
  url: string | undefined,
  example = 'http://127.0.0.1:4566',
): string | undefined {
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return url;
  throw new UserError('usage.arguments', {
    what: `The endpoint '${url}' is no URL.`,
    fix: `Write it with its scheme, such as --endpoint-url ${example}`,
  });
}
