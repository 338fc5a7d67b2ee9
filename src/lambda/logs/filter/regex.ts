import { badTerm, INVALID_PATTERN, PatternFault } from './scanner.js';

/**
 * The regular expressions of filter patterns: `%…%` with `^ $ ? [ ] { } | \ * + .` and neither groups nor letters
 * beyond ASCII (user guide, regex-expressions). Matched without backtracking, in a time that grows with the
 * message only: an expression that somebody sends must not hold the service up.
 */
export function parseRegex(text: string): (message: string) => boolean {
  // "%something!% would be rejected since '!' is not supported" (user guide).
  if (text === '' || !/^(?:[\w#=@/;,:^$?[\]{}|*+.-]|\\[\x21-\x7e])+$/.test(text)) throw badTerm(`%${text}%`);
  const branches = splitBranches(text).map(readBranch);
  const size = branches.reduce((sum, { steps }) => sum + steps.length, 0);
  if (size > MOST_STEPS) throw new PatternFault(INVALID_PATTERN);
  return (message) => branches.some((branch) => matches(branch, message));
}

/** `a{3,5}` is five steps, the last two of which may be left out. */
const MOST_STEPS = 500;

type Fits = (character: string) => boolean;

interface Step {
  readonly fits: Fits;
  readonly optional: boolean;
  readonly repeated: boolean;
}

/** A sequence without alternatives. */
interface Branch {
  readonly steps: readonly Step[];
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

/** Runs all ways through the steps side by side, one character after the other. */
function matches({ steps, fromStart, toEnd }: Branch, message: string): boolean {
  let now = new Places(steps);
  let next = new Places(steps);
  now.enter(0);
  for (let index = 0; index < message.length; index += 1) {
    if (!toEnd && now.hasEnd) return true;
    const character = message[index]!;
    for (let i = 0; i < now.count; i += 1) {
      const place = now.list[i]!;
      const step = steps[place];
      if (!step?.fits(character)) continue;
      if (step.repeated) next.enter(place);
      next.enter(place + 1);
    }
    if (!fromStart) next.enter(0);
    if (next.count === 0) return false;
    [now, next] = [next, now];
    next.clear();
  }
  return now.hasEnd;
}

/** The steps that may come next; the one behind the last is the end. */
class Places {
  readonly list: Uint16Array;
  count = 0;
  private readonly seen: Uint8Array;

  constructor(private readonly steps: readonly Step[]) {
    this.list = new Uint16Array(steps.length + 1);
    this.seen = new Uint8Array(steps.length + 1);
  }

  get hasEnd(): boolean {
    return this.seen[this.steps.length] === 1;
  }

  /** Adds a place, and those that can be reached from it without a character. */
  enter(place: number): void {
    for (let at = place; at <= this.steps.length && this.seen[at] === 0; at += 1) {
      this.seen[at] = 1;
      this.list[this.count] = at;
      this.count += 1;
      if (!this.steps[at]?.optional) return;
    }
  }

  clear(): void {
    for (let i = 0; i < this.count; i += 1) this.seen[this.list[i]!] = 0;
    this.count = 0;
  }
}

/** At each `|` that is neither escaped nor in a class. */
function splitBranches(text: string): string[] {
  const branches = [''];
  for (const [part] of text.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[\s\S]/g)) {
    if (part === '|') branches.push('');
    else branches[branches.length - 1] += part;
  }
  return branches;
}

function readBranch(text: string): Branch {
  const fromStart = text.startsWith('^');
  const toEnd = /(?<!\\)(?:\\\\)*\$$/.test(text);
  const body = text.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const steps: Step[] = [];
  const items = /(\\x[0-9a-fA-F]{2}|\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\\[\]{}^$*+?])([*+?]|\{\d+(?:,\d*)?\})?/gy;
  let read = 0;
  for (const [whole, atom, quantifier] of body.matchAll(items)) {
    read += whole.length;
    steps.push(...repeated(atomFits(atom!), quantifier));
    if (steps.length > MOST_STEPS) break;
  }
  if (read !== body.length) throw new PatternFault(INVALID_PATTERN);
  return { steps, fromStart, toEnd };
}

function repeated(fits: Fits, quantifier = '{1}'): Step[] {
  const step = { fits, optional: false, repeated: false };
  switch (quantifier) {
    case '*':
      return [{ fits, optional: true, repeated: true }];
    case '+':
      return [{ fits, optional: false, repeated: true }];
    case '?':
      return [{ fits, optional: true, repeated: false }];
    default: {
      const [, least = '', comma, most = ''] = /^\{(\d+)(,)?(\d*)\}$/.exec(quantifier) ?? [];
      const [from, to] = [
        Number(least),
        comma === undefined ? Number(least) : most === '' ? Infinity : Number(most),
      ];
      if (to < from || from > MOST_STEPS || (to > MOST_STEPS && to !== Infinity))
        throw new PatternFault(INVALID_PATTERN);
      const must = new Array<Step>(from).fill(step);
      if (to === Infinity) return [...must, { fits, optional: true, repeated: true }];
      return [...must, ...new Array<Step>(to - from).fill({ ...step, optional: true })];
    }
  }
}

const CLASSES: Readonly<Record<string, Fits>> = {
  d: (c) => c >= '0' && c <= '9',
  w: (c) => /\w/.test(c),
  s: (c) => /[ \t\n\v\f\r]/.test(c),
};

function atomFits(atom: string): Fits {
  if (atom === '.') return (c) => c !== '\n' && c !== '\r';
  if (atom.startsWith('[')) return classFits(atom.slice(1, -1));
  if (atom.startsWith('\\')) return escapeFits(atom);
  return (c) => c === atom;
}

function escapeFits(written: string): Fits {
  const letter = written[1]!;
  const named = CLASSES[letter.toLowerCase()];
  if (named) return letter === letter.toLowerCase() ? named : (c) => !named(c);
  const character = characterOf(written);
  return (c) => c === character;
}

/** What an escape without a class of its own stands for: `\.` is a point, `\x28` a parenthesis, `\t` a tab. */
function characterOf(written: string): string {
  if (written.length === 4) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  const control = { t: '\t', n: '\n', r: '\r', f: '\f' }[written[1]!];
  return control ?? written[1]!;
}

function classFits(body: string): Fits {
  const negated = body.startsWith('^');
  const members: Fits[] = [];
  const items = /(\\x[0-9a-fA-F]{2}|\\.|[^\\])(?:-(\\x[0-9a-fA-F]{2}|\\.|[^\\]))?/g;
  for (const [, from, to] of (negated ? body.slice(1) : body).matchAll(items)) {
    if (to === undefined) members.push(atomOfClass(from!));
    else members.push(rangeFits(plain(from!), plain(to)));
  }
  return (c) => members.some((fits) => fits(c)) !== negated;
}

function atomOfClass(item: string): Fits {
  return item.startsWith('\\') ? escapeFits(item) : (c) => c === item;
}

function plain(item: string): string {
  return item.startsWith('\\') ? characterOf(item) : item;
}

function rangeFits(from: string, to: string): Fits {
  if (to < from) throw new PatternFault(INVALID_PATTERN);
  return (c) => c >= from && c <= to;
}
