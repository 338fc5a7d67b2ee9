import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../errors.js';
import { loadSample } from '../events/catalog.js';

/** Where a payload comes from; at most one of these. */
export interface PayloadSource {
  readonly file?: string | undefined;
  readonly ascii?: string | undefined;
  readonly example?: string | undefined;
  /** Standard input, when nobody sits at it. */
  readonly stdin?: AsyncIterable<Buffer | string> | undefined;
}

const WAYS =
  'crablet invoke --data-ascii \'{"name":"Rust"}\', --data-file FILE, --data-example NAME, or a pipe';

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Reads the payload and checks that it is JSON: AWS would refuse it otherwise.
 * @throws UserError invoke.payload
 */
export async function readPayload(source: PayloadSource, cwd: string): Promise<Buffer> {
  const { file, ascii, example, stdin } = source;
  const given = [file, ascii, example].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw new UserError('usage.arguments', {
      what: 'More than one payload was given.',
      fix: `Give one of: ${WAYS}`,
    });
  }
  if (example !== undefined) return loadSample(example);
  if (ascii !== undefined) return checked(Buffer.from(ascii), '--data-ascii');
  if (file !== undefined) return checked(withoutMark(await readDataFile(file, cwd)), file);
  const piped = stdin ? withoutMark(await readAll(stdin)) : Buffer.alloc(0);
  if (piped.length > 0) return checked(piped, 'Standard input');
  throw new UserError('invoke.payload', {
    what: 'There is no payload to invoke the function with.',
    fix: WAYS,
  });
}

async function readDataFile(file: string, cwd: string): Promise<Buffer> {
  try {
    return await readFile(resolve(cwd, file));
  } catch (error) {
    throw new UserError('invoke.payload', {
      what: `Cannot read the payload from '${file}': ${(error as Error).message.split(',')[0]}.`,
      fix: 'Name a file that exists, or send one of the samples: crablet invoke --list-examples',
      cause: error,
    });
  }
}

/** Windows' editors and shells begin a text with a byte order mark, which is no part of the JSON. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
}

function checked(payload: Buffer, from: string): Buffer {
  try {
    JSON.parse(payload.toString('utf8'));
    return payload;
  } catch (error) {
    throw new UserError('invoke.payload', {
      what: `${from} is not JSON: ${(error as Error).message}.`,
      fix: 'A payload is any JSON value; a text needs its quotes: \'"text"\'',
      cause: error,
    });
  }
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
