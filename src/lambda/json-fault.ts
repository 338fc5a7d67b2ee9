/**
 * Finds the first fault in bytes that are not JSON and words it as AWS's parser (Jackson) does. Recorded from AWS
 * are the unexpected character and the invalid UTF-8 byte (SNAP:test_lambda#test_lambda_invoke_payload_encoding_error);
 * all other texts are by analogy with that parser. Only reached by a payload that JSON.parse has refused.
 */
import { describe, isDigit, isIdentifierPart, isIdentifierStart, sequenceLength } from './json-characters.js';

export interface JsonFault {
  readonly message: string;
  /** Both count from 1; a column is a byte. */
  readonly line: number;
  readonly column: number;
}

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const EXPECTED_VALUE = `expected a valid value ${VALUES}`;
const MAX_SHOWN_TOKEN = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

export function findJsonFault(payload: Uint8Array): JsonFault {
  const scanner = new Scanner(payload);
  try {
    scanner.scan();
  } catch (fault) {
    if (fault instanceof Fault) return scanner.locate(fault);
    throw fault;
  }
  // UTF-8 that this scan lets pass and a strict decoder does not, such as an overlong form or a surrogate.
  return { message: 'Invalid UTF-8 sequence', line: 1, column: 1 };
}

/** Ends the scan; never leaves this file. */
class Fault {
  readonly message: string;
  readonly offset: number;
  /** Line breaks count up to here: a token that is read to its end swallows the one that ends it. */
  readonly linesUpTo: number;
  constructor(message: string, offset: number, linesUpTo = offset) {
    this.message = message;
    this.offset = offset;
    this.linesUpTo = linesUpTo;
  }
}

class Scanner {
  private readonly bytes: Uint8Array;
  private at = 0;
  /** The innermost bracket was opened just now: what follows needs no comma. */
  private fresh = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Walks over one value and what follows it. Nesting is a stack of our own: depth is the caller's to choose. */
  scan(): void {
    const open: number[] = [];
    this.value(open);
    while (open.length > 0) this.nextEntry(open);
    const byte = this.token();
    if (byte !== undefined) throw this.unexpected(byte, 'Expected space separating root-level values');
  }

  locate(fault: Fault): JsonFault {
    let line = 1;
    let rowStart = 0;
    const { bytes } = this;
    for (let i = 0; i < fault.linesUpTo && i < bytes.length; i += 1) {
      // \r\n is one line break.
      if (bytes[i] === 0x0a || (bytes[i] === 0x0d && bytes[i + 1] !== 0x0a)) {
        line += 1;
        rowStart = i + 1;
      }
    }
    return { message: fault.message, line, column: fault.offset - rowStart + 1 };
  }

  /** One value; of an object or array only its start, which is pushed on `open`. */
  private value(open: number[]): void {
    const byte = this.token();
    if (byte === undefined) throw this.endOfInput(open);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.at += 1;
      open.push(byte);
      this.fresh = true;
    } else if (byte === QUOTE) this.string();
    else if (byte === 0x74) this.word('true');
    else if (byte === 0x66) this.word('false');
    else if (byte === 0x6e) this.word('null');
    else if (byte === 0x2d || isDigit(byte)) this.number();
    else throw this.notAValue(byte);
  }

  /** The next entry of the innermost bracket, or its end. */
  private nextEntry(open: number[]): void {
    const inObject = open.at(-1) === OPEN_OBJECT;
    const first = this.fresh;
    this.fresh = false;
    const byte = this.token();
    if (byte === undefined) throw this.endOfInput(open);
    if (byte === (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
      this.at += 1;
      open.pop();
      return;
    }
    if (!first) {
      if (byte !== COMMA) {
        throw this.unexpected(
          byte,
          `was expecting comma to separate ${inObject ? 'Object' : 'Array'} entries`,
        );
      }
      this.at += 1;
    }
    if (inObject) this.fieldName(open);
    this.value(open);
  }

  private fieldName(open: number[]): void {
    const byte = this.token();
    if (byte === undefined) throw this.endOfInput(open);
    if (byte !== QUOTE) throw this.unexpected(byte, 'was expecting double-quote to start field name');
    this.string();
    const colon = this.token();
    if (colon === undefined) throw this.endOfInput(open);
    if (colon !== COLON)
      throw this.unexpected(colon, 'was expecting a colon to separate field name and value');
    this.at += 1;
  }

  /** Skips white space; the byte that follows, which is not consumed. */
  private token(): number | undefined {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined || byte > 0x20) return byte;
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) {
        throw new Fault(
          `Illegal character (${describe(byte)}): only regular white space (\\r, \\n, \\t) is allowed between tokens`,
          this.at,
        );
      }
      this.at += 1;
    }
  }

  private string(): void {
    this.at += 1;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw this.end('was expecting closing quote for a string value');
      if (byte === QUOTE) break;
      if (byte < 0x20) {
        throw new Fault(
          `Illegal unquoted character (${describe(byte)}): has to be escaped using backslash to be included in string value`,
          this.at + 1,
          this.at,
        );
      }
      if (byte === BACKSLASH) this.escape();
      else if (byte < 0x80) this.at += 1;
      else this.multiByte(byte);
    }
    this.at += 1;
  }

  private escape(): void {
    const byte = this.bytes[this.at + 1];
    if (byte === undefined) throw this.end('in character escape sequence');
    this.at += 2;
    if (byte !== 0x75) {
      if ('"\\/bfnrt'.includes(String.fromCharCode(byte))) return;
      throw new Fault(`Unrecognized character escape ${describe(byte)}`, this.at);
    }
    for (let digit = 0; digit < 4; digit += 1) {
      const hex = this.bytes[this.at];
      if (hex === undefined) throw this.end('in character escape sequence');
      if (!/[0-9a-fA-F]/.test(String.fromCharCode(hex))) {
        throw this.unexpected(hex, 'expected a hex-digit for character escape sequence');
      }
      this.at += 1;
    }
  }

  /** A character of more than one byte; returns its code point. */
  private multiByte(first: number): number {
    const length = sequenceLength(first);
    if (length === 0) throw new Fault(`Invalid UTF-8 start byte 0x${first.toString(16)}`, this.at + 1);
    let codePoint = first & (0xff >> (length + 1));
    for (let i = 1; i < length; i += 1) {
      const byte = this.bytes[this.at + i];
      if (byte === undefined) throw this.end('within a multi-byte UTF-8 character');
      if ((byte & 0xc0) !== 0x80) {
        throw new Fault(`Invalid UTF-8 middle byte 0x${byte.toString(16)}`, this.at + i + 1);
      }
      codePoint = (codePoint << 6) | (byte & 0x3f);
    }
    this.at += length;
    return codePoint;
  }

  private word(word: string): void {
    for (let i = 0; i < word.length; i += 1) {
      if (this.bytes[this.at] !== word.charCodeAt(i)) throw this.unrecognized(word.slice(0, i));
      this.at += 1;
    }
    const next = this.bytes[this.at];
    if (next !== undefined && isIdentifierPart(next)) throw this.unrecognized(word);
  }

  private number(): void {
    if (this.bytes[this.at] === 0x2d) this.at += 1;
    const first = this.bytes[this.at];
    if (first === undefined) throw this.end('in numeric value');
    if (!isDigit(first)) {
      throw this.unexpected(first, 'expected digit (0-9) to follow minus sign, for valid numeric value');
    }
    const start = this.at;
    this.digits();
    if (first === 0x30 && this.at - start > 1) {
      throw new Fault('Invalid numeric value: Leading zeroes not allowed', this.at);
    }
    if (this.bytes[this.at] === 0x2e) {
      this.at += 1;
      this.someDigits('Decimal point not followed by a digit');
    }
    const exponent = this.bytes[this.at];
    if (exponent === 0x65 || exponent === 0x45) {
      this.at += 1;
      const sign = this.bytes[this.at];
      if (sign === 0x2b || sign === 0x2d) this.at += 1;
      this.someDigits('Exponent indicator not followed by a digit');
    }
  }

  private digits(): void {
    while (isDigit(this.bytes[this.at] ?? 0)) this.at += 1;
  }

  private someDigits(complaint: string): void {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw this.end('in numeric value');
    if (!isDigit(byte)) throw this.unexpected(byte, complaint);
    this.digits();
  }

  private notAValue(byte: number): Fault {
    if (!isIdentifierStart(byte)) return this.unexpected(byte, EXPECTED_VALUE);
    this.at += 1;
    return this.unrecognized(String.fromCharCode(byte));
  }

  /** Reads on to the end of the word; like AWS's parser it consumes the character that ends it. */
  private unrecognized(start: string): Fault {
    let token = start;
    const begin = this.at;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined) break;
      const codePoint = byte < 0x80 ? byte : this.multiByte(byte);
      if (byte < 0x80) this.at += 1;
      if (!isIdentifierPart(codePoint)) break;
      token += String.fromCodePoint(codePoint);
      if (token.length >= MAX_SHOWN_TOKEN) {
        token += '...';
        break;
      }
    }
    return new Fault(`Unrecognized token '${token}': was expecting ${VALUES}`, this.at, begin);
  }

  private unexpected(byte: number, comment: string): Fault {
    return new Fault(`Unexpected character (${describe(byte)}): ${comment}`, this.at);
  }

  private end(what: string): Fault {
    const separator = what.startsWith('in ') || what.startsWith('within ') ? ' ' : ': ';
    return new Fault(`Unexpected end-of-input${separator}${what}`, this.bytes.length);
  }

  private endOfInput(open: readonly number[]): Fault {
    if (open.length === 0) return new Fault('No content to map due to end-of-input', this.bytes.length);
    return this.end(`expected close marker for ${open.at(-1) === OPEN_OBJECT ? 'Object' : 'Array'}`);
  }
}
