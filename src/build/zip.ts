import { zipSync } from 'fflate';

export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/**
 * The oldest date that a zip can say. fflate writes the local time of the date it gets, so this is local too, and
 * at noon, which every time zone had on that day.
 */
const oldest = () => new Date(1980, 0, 1, 12, 0, 0);

const UNIX = 3;
const REGULAR_FILE = 0o100000;

/** A zip of the files: the same bytes for the same files, whatever their order, their times and the time zone. */
export function makeZip(entries: readonly ZipEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const twin = sorted.find((one, index) => sorted[index + 1]?.name === one.name);
  if (twin) throw new Error(`two entries are called ${twin.name}`);
  const mtime = oldest();
  const files = new Map(
    sorted.map(({ name, bytes, executable }) => {
      const mode = REGULAR_FILE | (executable ? 0o755 : 0o644);
      return [name, [bytes, { mtime, os: UNIX, attrs: mode << 16, level: 9 }]] as const;
    }),
  );
  return zipSync(Object.fromEntries(files) as Parameters<typeof zipSync>[0]);
}
