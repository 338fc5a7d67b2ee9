import { MEMBER_HEADER_BYTES as HEADER_BYTES, ARCHIVE_MAGIC as MAGIC, memberAt } from './archive-members.js';
import type { ByteSource } from './elf-bytes.js';

/** Far more than the index of any crate. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The names that an archive (`.rlib`, `.a`) defines, from the index that linkers look into: the System V form, which is
 * what rustc and GNU ar write (System V ABI, chapter 7, "archive file"). Empty for anything else.
 */
export function archiveSymbols(source: ByteSource): string[] {
  const start = Buffer.from(source.read(0, MAGIC.length + HEADER_BYTES));
  if (start.toString('latin1', 0, MAGIC.length) !== MAGIC) return [];
  const { name, size } = memberAt(start, MAGIC.length);
  const word = name === '/' ? 4 : name === '/SYM64/' ? 8 : 0;
  if (word === 0 || !(size >= word && size <= MOST_BYTES)) return [];
  const index = Buffer.from(source.read(MAGIC.length + HEADER_BYTES, size));
  if (index.length < size) return [];
  const count = word === 4 ? index.readUInt32BE(0) : Number(index.readBigUInt64BE(0));
  return index
    .toString('latin1', word * (count + 1))
    .split('\0')
    .slice(0, count);
}
