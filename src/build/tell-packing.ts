/** More than a second of packing. */
const TAKES_A_WHILE_BYTES = 10_000_000;

/** In the form of cargo's own lines; nothing for what takes no time. */
export function tellPacking(bytes: number, onProgress: ((text: string) => void) | undefined): void {
  if (bytes >= TAKES_A_WHILE_BYTES) onProgress?.(`     Packing ${(bytes / 1e6).toFixed(1)} MB\n`);
}
