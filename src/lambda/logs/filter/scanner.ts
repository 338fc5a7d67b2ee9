/** A pattern that CloudWatch Logs refuses; the message is what it says. */
export class PatternFault extends Error {}

export const INVALID_PATTERN = 'Invalid filter pattern';

export function badTerm(term: string): PatternFault {
  return new PatternFault(`Invalid character(s) in term '${term}'`);
}

/** Reads a pattern from left to right. */
export class Scanner {
  private at = 0;

  constructor(private readonly text: string) {}

  get ended(): boolean {
    this.skipBlanks();
    return this.at === this.text.length;
  }

  /** What is there to be read: this, or not. */
  sees(what: string): boolean {
    this.skipBlanks();
    return this.text.startsWith(what, this.at);
  }

  /** Reads this, if it is next. */
  take(what: string): boolean {
    if (!this.sees(what)) return false;
    this.at += what.length;
    return true;
  }

  /** Reads what a sticky expression matches. */
  match(expression: RegExp): string | undefined {
    this.skipBlanks();
    expression.lastIndex = this.at;
    const found = expression.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    return found;
  }

  /** `"…"`, in which a backslash takes the next character as it is; undefined when none begins here. */
  quoted(): string | undefined {
    const text = this.match(/"(?:[^"\\]|\\[\s\S])*"/y);
    if (text !== undefined) return text.slice(1, -1).replace(/\\([\s\S])/g, '$1');
    if (this.sees('"')) this.fail();
    return undefined;
  }

  /** `%…%`; undefined when none begins here. */
  regex(): string | undefined {
    const text = this.match(/%(?:[^%\\]|\\[\s\S])*%/y);
    if (text !== undefined) return text.slice(1, -1);
    if (this.sees('%')) this.fail();
    return undefined;
  }

  fail(): never {
    throw new PatternFault(INVALID_PATTERN);
  }

  private skipBlanks(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}
