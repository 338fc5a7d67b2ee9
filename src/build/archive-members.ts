/** What an archive begins with. */
export const ARCHIVE_MAGIC = '!<arch>\n';
export const MEMBER_HEADER_BYTES = 60;

/** Of the member whose header begins there: its name without the blanks behind it, and its bytes as far as that is a number. */
export function memberAt(archive: Buffer, at: number): { readonly name: string; readonly size: number } {
  const text = (from: number, to: number) => archive.toString('latin1', at + from, at + to).trimEnd();
  return { name: text(0, 16), size: Number(text(48, 58)) };
}

/**
 * The files in an archive (`.rlib`, `.a`), in their order (System V ABI, chapter 7, "archive file"): names of up to 15
 * letters by themselves, longer ones as they stand in the header, which is a place in a table. Empty for anything else;
 * what comes after damage is left out.
 */
export function membersOf(archive: Buffer): { readonly name: string; readonly content: Buffer }[] {
  if (archive.toString('latin1', 0, ARCHIVE_MAGIC.length) !== ARCHIVE_MAGIC) return [];
  const members: { name: string; content: Buffer }[] = [];
  for (let at = ARCHIVE_MAGIC.length; at + MEMBER_HEADER_BYTES <= archive.length; ) {
    const { name, size } = memberAt(archive, at);
    if (!Number.isInteger(size) || size < 0) break;
    const start = at + MEMBER_HEADER_BYTES;
    members.push({ name: name.replace(/(?<=.)\/$/, ''), content: archive.subarray(start, start + size) });
    // Each begins at an even place.
    at = start + size + (size % 2);
  }
  return members;
}
