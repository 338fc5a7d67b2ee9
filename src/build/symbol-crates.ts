/**
 * The crates that the name of a Rust function tells of, in the order in which they stand in it: where it is defined, then
 * what it is made for. None for what is not Rust's, such as C. Both manglings are read: v0 (RFC 2603) and the older one.
 */
export function cratesIn(symbol: string): string[] {
  const plain = symbol.replace(/\.(llvm|cold|part|constprop|isra)\..*$|\.cold$/, '');
  if (plain.startsWith('_R')) return new V0(plain).crates();
  const legacy = /^_ZN(.*)17h[0-9a-f]{16}E$/.exec(plain)?.[1];
  return legacy === undefined ? [] : legacyCrates(legacy);
}

const STD = new Set([
  'std',
  'core',
  'alloc',
  'proc_macro',
  'panic_unwind',
  'panic_abort',
  'compiler_builtins',
  'std_detect',
  'unwind',
  'rustc_demangle',
  '__rustc',
]);

/**
 * The crate whose doing the code is: what the standard library is instantiated with counts for the crate that does it, so that
 * `Vec<serde_json::Value>` is serde_json's. Undefined for what is not Rust's.
 */
export function crateOfSymbol(symbol: string): string | undefined {
  const crates = cratesIn(symbol);
  return crates.find((name) => !STD.has(name)) ?? (crates.length > 0 ? 'std' : undefined);
}

/** `<alloc..vec..Vec<T> as core..ops..Drop>` and the like, with its signs spelt out. */
function legacyCrates(path: string): string[] {
  const [, length = '0', rest = ''] = /^(\d+)(.*)$/.exec(path) ?? [];
  const first = rest.slice(0, Number(length));
  if (!first.includes('$')) return [first];
  const text = first
    .replace(/^_/, '')
    .replaceAll(/\$(LT|GT|RF|BP|C|LP|RP|u[0-9a-f]+)\$/g, ' ')
    .replaceAll('..', '::');
  return [...text.matchAll(/(?<![\w:])([A-Za-z_]\w*)::/g)].map(([, name = '']) => name);
}

/** Deeper than any real name; a lying one ends at it. */
const DEEPEST = 300;

/** Walks over a v0 name and notes each crate root; what is referred back to has been noted already. */
class V0 {
  readonly #text: string;
  readonly #crates: string[] = [];
  #at = 2;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  crates(): string[] {
    this.#digits();
    this.#path();
    // The crate that has instantiated it.
    if (this.#at < this.#text.length && !this.#is('.')) this.#path();
    return this.#crates;
  }

  #next(): string {
    return this.#text[this.#at++] ?? '';
  }

  #is(letter: string): boolean {
    return this.#text[this.#at] === letter;
  }

  #digits(): number {
    const [digits = ''] = /^\d+/.exec(this.#text.slice(this.#at, this.#at + 8)) ?? [];
    this.#at += digits.length;
    return Number(digits);
  }

  #base62(): void {
    while (this.#at < this.#text.length && this.#next() !== '_');
  }

  #disambiguator(): void {
    if (!this.#is('s')) return;
    this.#at += 1;
    this.#base62();
  }

  #identifier(): string {
    this.#disambiguator();
    if (this.#is('u')) this.#at += 1;
    const length = this.#digits();
    if (this.#is('_')) this.#at += 1;
    const name = this.#text.slice(this.#at, this.#at + length);
    this.#at += length;
    return name;
  }

  #path(): void {
    if (this.#depth > DEEPEST) return this.#give();
    this.#depth += 1;
    const kind = this.#next();
    switch (kind) {
      case 'C':
        this.#crates.push(this.#identifier());
        break;
      case 'M':
        this.#disambiguator();
        this.#path();
        this.#type();
        break;
      case 'X':
        this.#disambiguator();
        this.#path();
        this.#type();
        this.#path();
        break;
      case 'Y':
        this.#type();
        this.#path();
        break;
      case 'N':
        this.#next();
        this.#path();
        this.#identifier();
        break;
      case 'I':
        this.#path();
        this.#arguments();
        break;
      case 'B':
        this.#base62();
        break;
      default:
        this.#give();
    }
    this.#depth -= 1;
  }

  #arguments(): void {
    while (this.#at < this.#text.length && !this.#is('E')) {
      if (this.#is('L')) {
        this.#at += 1;
        this.#base62();
      } else if (this.#is('K')) {
        this.#at += 1;
        this.#constant();
      } else this.#type();
    }
    this.#at += 1;
  }

  #type(): void {
    if (this.#depth > DEEPEST) return this.#give();
    const letter = this.#text[this.#at] ?? '';
    if (/[a-z]/.test(letter)) {
      this.#at += 1;
      return;
    }
    if ('CMXYNI'.includes(letter) || letter === '') return this.#path();
    this.#depth += 1;
    this.#at += 1;
    switch (letter) {
      case 'A':
        this.#type();
        this.#constant();
        break;
      case 'T':
        while (this.#at < this.#text.length && !this.#is('E')) this.#type();
        this.#at += 1;
        break;
      case 'R':
      case 'Q':
        if (this.#is('L')) {
          this.#at += 1;
          this.#base62();
        }
        this.#type();
        break;
      case 'S':
      case 'P':
      case 'O':
        this.#type();
        break;
      case 'F':
        this.#signature();
        break;
      case 'D':
        this.#dynamic();
        break;
      case 'B':
        this.#base62();
        break;
      default:
        this.#give();
    }
    this.#depth -= 1;
  }

  #binder(): void {
    if (!this.#is('G')) return;
    this.#at += 1;
    this.#base62();
  }

  #signature(): void {
    this.#binder();
    if (this.#is('U')) this.#at += 1;
    if (this.#is('K')) {
      this.#at += 1;
      if (this.#is('C')) this.#at += 1;
      else this.#identifier();
    }
    while (this.#at < this.#text.length && !this.#is('E')) this.#type();
    this.#at += 1;
    this.#type();
  }

  #dynamic(): void {
    this.#binder();
    while (this.#at < this.#text.length && !this.#is('E')) {
      this.#path();
      while (this.#is('p')) {
        this.#at += 1;
        this.#identifier();
        this.#type();
      }
    }
    this.#at += 1;
    if (this.#is('L')) {
      this.#at += 1;
      this.#base62();
    }
  }

  /** A type and a value in hexadecimal, or a reference back, or a placeholder. */
  #constant(): void {
    if (this.#is('B')) {
      this.#at += 1;
      this.#base62();
      return;
    }
    const letter = this.#next();
    if (letter === 'p') return;
    if (/[a-z]/.test(letter)) this.#base62();
    else this.#give();
  }

  /** What is not understood tells no more than has been noted. */
  #give(): void {
    this.#at = this.#text.length;
  }
}
