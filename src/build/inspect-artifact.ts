import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { inflateSync } from 'fflate';
import { UserError } from '../errors.js';
import { type ListedFile, listZip, looksLikeZip, packedBytes, ZipFault } from '../zip-listing.js';
import { type ElfFacts, inspectElf } from './elf.js';
import { checkElf, type ElfProblem, type Expectation } from './elf-check.js';
import { inspectFile } from './elf-file.js';
import { minimumGlibc } from './glibc.js';
import { checkSize } from './size-check.js';
import { checkZip, type ZipKind } from './zip-check.js';

export interface InspectedProgram {
  /** Its name in the zip, or the file's. */
  readonly name: string;
  readonly architecture: string | undefined;
  /** The oldest glibc that it starts on; none for a static program. */
  readonly glibc: string | undefined;
  readonly libraries: readonly string[];
}

/** What a file turned out to be; without problems Lambda can start it. */
export interface Inspection {
  readonly kind: ZipKind | 'binary';
  readonly runtime: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of what is in it; of a binary its own. */
  readonly unzipped: number;
  /** Of a zip: what AWS calls `CodeSha256`. */
  readonly codeSha256: string | undefined;
  readonly programs: readonly InspectedProgram[];
  readonly problems: readonly ElfProblem[];
}

type Wanted = Pick<Expectation, 'runtime' | 'architecture' | 'hasLayers'>;

/** Reads a binary or a zip, wherever it was built, as Lambda would. */
export async function inspectArtifact(path: string, wanted: Wanted): Promise<Inspection> {
  const start = await firstBytes(path);
  return looksLikeZip(start) ? inspectZip(path, await readFile(path), wanted) : inspectBinary(path, wanted);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    // Of a pipe somebody may never write to, and it can be read once only.
    if (!facts.isFile() && !facts.isDirectory()) {
      throw new UserError('environment.file', {
        what: `${path} is no file, but a pipe or a device.`,
        fix: 'Write what comes out of it into a file, and name that.',
      });
    }
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') {
      throw new UserError('environment.file', {
        what: `${path} is a folder.`,
        fix: 'Name a zip or a binary in it, such as target/lambda/my-function/bootstrap. Of an image, name the program that it was made of: the build has read it.',
        cause: error,
      });
    }
    throw new UserError('environment.file', {
      what: code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${message}.`,
      fix:
        code === 'ENOENT'
          ? 'Build it first: crablet build --release'
          : 'Name a zip or a binary that can be read.',
      cause: error,
    });
  }
}

async function inspectBinary(path: string, wanted: Wanted): Promise<Inspection> {
  const { size } = await stat(path);
  const result = inspectFile(path);
  const name = basename(path);
  return {
    kind: 'binary',
    runtime: wanted.runtime,
    size,
    unzipped: size,
    codeSha256: undefined,
    programs: [programOf(name, result.kind === 'elf' ? result.facts : undefined)],
    problems: [...checkElf(result, wanted), ...checkSize([{ name, size }])],
  };
}

function inspectZip(path: string, bytes: Uint8Array, wanted: Wanted): Inspection {
  try {
    const files = listZip(bytes);
    const leadsTo = (file: ListedFile) => Buffer.from(unpacked(bytes, file)).toString();
    const { kind, programs, problems } = checkZip(files, leadsTo, wanted.hasLayers);
    const bundled = files.map(({ name }) => basename(name));
    const read = programs.map(({ name, file }) => ({
      file: { ...file, name },
      result: inspectElf(unpacked(bytes, file)),
    }));
    return {
      kind,
      runtime: wanted.runtime,
      size: bytes.length,
      unzipped: files.reduce((sum, { size }) => sum + size, 0),
      codeSha256: createHash('sha256').update(bytes).digest('base64'),
      programs: read.map(({ file, result }) =>
        programOf(file.name, result.kind === 'elf' ? result.facts : undefined),
      ),
      problems: [
        ...problems,
        ...read.flatMap(({ file, result }) => checkProgram(file, result, { ...wanted, bundled })),
      ],
    };
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error;
    throw new UserError('usage.arguments', {
      what: `${path} cannot be read as a zip: ${error.message}.`,
      fix: 'Make it again: crablet build --release --output-format zip',
      cause: error,
    });
  }
}

/** An extension may be a script; a bootstrap too, but then it is no Rust. */
function checkProgram(
  file: ListedFile,
  result: ReturnType<typeof inspectElf>,
  expectation: Expectation,
): ElfProblem[] {
  return checkElf(result, expectation).map((problem) => ({
    ...problem,
    what: `${file.name}: ${problem.what}`,
  }));
}

const STORED = 0;
const DEFLATED = 8;

function unpacked(bytes: Uint8Array, file: ListedFile): Uint8Array {
  const plain = inflated(packedBytes(bytes, file), file);
  if (plain.length !== file.size || crc32(plain) !== file.crc) {
    throw new ZipFault(`${file.name} is damaged: its checksum does not fit`);
  }
  return plain;
}

function inflated(packed: Uint8Array, { name, method, size }: ListedFile): Uint8Array {
  if (method === STORED) return packed;
  if (method !== DEFLATED)
    throw new ZipFault(`${name} is packed in a way that Lambda does not know (method ${method})`);
  try {
    return inflateSync(packed, { out: new Uint8Array(size) });
  } catch (cause) {
    throw new ZipFault(`${name} is damaged: it cannot be unpacked (${(cause as Error).message})`);
  }
}

function programOf(name: string, facts: ElfFacts | undefined): InspectedProgram {
  return {
    name,
    architecture: facts?.architecture,
    glibc: facts && minimumGlibc(facts),
    libraries: facts?.libraries ?? [],
  };
}
