import { join } from 'node:path';
import type { Code, VersionConfig } from '../../lambda/functions-api/configuration.js';
import { invalid, notEmulated, refusal } from '../../lambda/functions-api/errors.js';
import type { Input } from '../../lambda/functions-api/operations.js';
import { MAX_CODE_STORAGE_BYTES, MAX_ZIPPED_BYTES } from '../../lambda/limits.js';
import { isForeign } from '../isolation.js';
import type { ApiContext } from './context.js';

/** Where a request has its code. */
type Given = Pick<
  Input<'UpdateFunctionCode'>,
  'ZipFile' | 'S3Bucket' | 'S3Key' | 'S3ObjectVersion' | 'ImageUri'
>;

/**
 * Takes the code in, and unpacks it.
 * @param runsOn what the function is configured to run on; undefined for a layer
 * @throws ApiError when it cannot be had, read, kept or run here
 */
export async function takeCode(
  context: ApiContext,
  given: Given,
  runsOn?: VersionConfig['Architecture'],
): Promise<Code> {
  const zip = await zipOf(context, given);
  const { deployed } = context;
  if (deployed.codeBytes + zip.length > MAX_CODE_STORAGE_BYTES)
    throw refusal(400, 'CodeStorageExceededException', 'Code storage limit exceeded.');
  const code = await deployed.codes.put(zip);
  // What would not start on Lambda either is taken, and fails when it is invoked, as there.
  if (runsOn && isForeign(join(deployed.codes.folder(code.CodeSha256), 'bootstrap'), runsOn)) {
    const here = `${process.arch === 'x64' ? 'x86_64' : process.arch} ${process.platform}`;
    throw notEmulated(
      `a way to run a program for ${runsOn} Linux on this machine (${here}): build it for this one, or deploy it to AWS`,
    );
  }
  return code;
}

async function zipOf(context: ApiContext, given: Given): Promise<Buffer> {
  const { ZipFile, S3Bucket: bucket, S3Key: key, S3ObjectVersion: version, ImageUri } = given;
  if (ImageUri !== undefined) throw notEmulated('container images: it runs functions from zip files');
  if (ZipFile !== undefined) {
    if (ZipFile.length >= MAX_ZIPPED_BYTES)
      throw refusal(
        413,
        'RequestEntityTooLargeException',
        `Zipped size must be smaller than ${MAX_ZIPPED_BYTES} bytes`,
      );
    return ZipFile;
  }
  if (bucket === undefined || key === undefined) throw invalid('Please provide a source for function code.');
  if (!context.fetchObject) throw notEmulated('a way to fetch code from S3 (fetchObject)');
  try {
    return await context.fetchObject({ bucket, key, version });
  } catch (error) {
    const { name, message } = error as Error;
    // SNAP:test_lambda_api#test_create_lambda_exceptions
    throw invalid(`Error occurred while GetObject. S3 Error Code: ${name}. S3 Error Message: ${message}`);
  }
}
