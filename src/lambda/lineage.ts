/**
 * How often a chain of events has come by a function: AWS counts it in the trace header's `Lineage`, which the SDKs
 * pass on, and stops a chain after 16 rounds (developer guide, invocation-recursion; AWS Compute Blog, "Detecting and
 * stopping recursive loops in AWS Lambda functions").
 */

/** The most rounds that a chain may make through one function. */
export const MAX_ROUNDS = 16;

const LINEAGE = /(?:^|;)\s*Lineage=([^;]*)/i;
const ROUND = /^([0-9a-f]{8}):(\d{1,5})$/;

/** How many functions a header names at most; the ones that came first are forgotten. */
const MAX_FUNCTIONS = 8;

export interface Lineage {
  /** This round counted. */
  readonly rounds: number;
  /** The trace header with the round counted in it. */
  readonly header: string;
}

/**
 * Counts a round.
 * @param header the trace header of the new invocation
 * @param incoming the trace header that the event came with, if any: it has the rounds so far
 */
export function countRound(header: string, incoming: string | undefined, functionArn: string): Lineage {
  const id = idOf(functionArn);
  const before = roundsIn(incoming ?? '');
  const rounds = (before.get(id) ?? 0) + 1;
  before.delete(id);
  before.set(id, rounds);
  const text = [...before].slice(-MAX_FUNCTIONS).map(([one, count]) => `${one}:${count}`);
  return { rounds, header: `${header.replace(/;?\s*Lineage=[^;]*/i, '')};Lineage=${text.join('|')}` };
}

function roundsIn(header: string): Map<string, number> {
  const text = LINEAGE.exec(header)?.[1] ?? '';
  const rounds = text.split('|').flatMap((part) => {
    const [, id, count] = ROUND.exec(part.trim()) ?? [];
    return id === undefined ? [] : [[id, Number(count)] as const];
  });
  return new Map(rounds);
}

/** Eight digits that stand for a function (FNV-1a). */
function idOf(functionArn: string): string {
  let hash = 0x811c9dc5;
  for (const character of functionArn) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
