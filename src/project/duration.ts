const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Seconds of a text such as `10m`, `90s`, `1.5h` or `500ms`, a bare number being seconds; undefined for any other. */
export function secondsOf(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim());
  if (!found) return undefined;
  return Number(found[1]) * SECONDS[(found[2] ?? 's') as keyof typeof SECONDS];
}
