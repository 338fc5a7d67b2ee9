import * as v from 'valibot';
import { choice, flag, listOf, tableOf, whole } from './kinds.js';

/** One text of a list, in the words that complete "it must be …". */
const origin = v.pipe(v.string(), v.regex(/^(\*|[a-z][a-z0-9+.-]*:\/\/[^/\s,]+)$/i), v.maxLength(253));
const header = v.pipe(v.string(), v.regex(/^(\*|[\w!#$%&'*+.^`|~-]+)$/), v.maxLength(1024));
const method = v.pipe(
  v.string(),
  v.transform((name) => name.toUpperCase()),
  v.picklist(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', '*']),
);

const HEADERS = 'a list of at most 100 header names, each in quotes of its own, or ["*"]';

/**
 * `[…deploy.function_url]`: what a Function URL is configured with, in the words and within the limits of AWS's
 * FunctionUrlConfig (botocore: Cors, FunctionUrlAuthType, InvokeMode). That there is a URL on AWS, is
 * `enable_function_url`'s to say, as it is Cargo Lambda's.
 */
export const functionUrl = tableOf({
  auth_type: choice('NONE', 'AWS_IAM'),
  invoke_mode: choice('BUFFERED', 'RESPONSE_STREAM'),
  cors: tableOf({
    allow_origins: listOf(
      100,
      origin,
      'a list of at most 100 origins such as "https://example.com", or ["*"]',
    ),
    allow_methods: listOf(6, method, 'a list of at most 6 of GET, HEAD, POST, PUT, DELETE, PATCH, or ["*"]'),
    allow_headers: listOf(100, header, HEADERS),
    expose_headers: listOf(100, header, HEADERS),
    allow_credentials: flag,
    max_age: whole(0, 86_400),
  }),
});
