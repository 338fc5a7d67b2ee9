const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;

/**
 * The files in an archive (`.rlib`, `.a`), in their order (System V ABI, chapter 7, "archive file"): names of up to 15
 * letters by themselves, longer ones as they stand in the header, which is a place in a table. Empty for anything else;
 * what comes after damage is left out.
 */
export function membersOf(archive: Buffer): { readonly name: string; readonly content: Buffer }[] {
  if (archive.toString('latin1', 0, MAGIC.length) !== MAGIC) return [];
  const members: { name: string; content: Buffer }[] = [];
  for (let at = MAGIC.length; at + HEADER_BYTES <= archive.length; ) {
    const name = archive
      .toString('latin1', at, at + 16)
      .trimEnd()
      .replace(/(?<=.)\/$/, '');
    const size = Number(archive.toString('latin1', at + 48, at + 58).trim());
    if (!Number.isInteger(size) || size < 0) break;
    const start = at + HEADER_BYTES;
    members.push({ name, content: archive.subarray(start, start + size) });
    // Each begins at an even place.
    at = start + size + (size % 2);
  }
  return members;
}
