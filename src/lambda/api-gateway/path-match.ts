/** A path against a template such as `/items/{id}` or `/{proxy+}`: both kinds of API have these. */

export interface PathMatch {
  readonly parameters: Readonly<Record<string, string>>;
  /** How exact it is, part by part: a word before a parameter, that before the rest of the path. */
  readonly rank: readonly number[];
}

const WORD = 0;
const PARAMETER = 1;
const REST = 2;

/** @param parts of the path that is asked for, as they were sent */
export function matchPath(template: string, parts: readonly string[]): PathMatch | undefined {
  const wanted = partsOf(template);
  const parameters: Record<string, string> = Object.create(null);
  const rank: number[] = [];
  for (const [at, want] of wanted.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(want)?.[1];
    if (greedy !== undefined) {
      const rest = parts.slice(at).join('/');
      if (rest === '') return undefined;
      parameters[greedy] = rest;
      return { parameters: { ...parameters }, rank: [...rank, REST] };
    }
    const part = parts[at];
    if (part === undefined) return undefined;
    const name = /^\{(.+)\}$/.exec(want)?.[1];
    if (name !== undefined) {
      if (part === '') return undefined;
      parameters[name] = part;
      rank.push(PARAMETER);
    } else if (want === part) rank.push(WORD);
    else return undefined;
  }
  return wanted.length === parts.length ? { parameters: { ...parameters }, rank } : undefined;
}

/** Negative when `a` is the more exact one. */
export function compareRank(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = a[at]! - b[at]!;
    if (difference !== 0) return difference;
  }
  return b.length - a.length;
}

/** `/a/b` is `a`, `b`; `/` is one part that is empty. */
export function partsOf(path: string): string[] {
  return path.replace(/^\//, '').split('/');
}
