/** Bytes and characters as AWS's JSON parser (Jackson, in Java) classifies and names them. */

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Bytes of the UTF-8 sequence that starts with this byte; 0 when none does. */
export function sequenceLength(first: number): number {
  if ((first & 0xe0) === 0xc0) return 2;
  if ((first & 0xf0) === 0xe0) return 3;
  return (first & 0xf8) === 0xf0 ? 4 : 0;
}

// Java's notion of an identifier, which decides between "token" and "character" in the messages.
export function isIdentifierStart(codePoint: number): boolean {
  return /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u.test(String.fromCodePoint(codePoint));
}

export function isIdentifierPart(codePoint: number): boolean {
  if (codePoint > 0x10ffff) return false;
  return /[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}]/u.test(String.fromCodePoint(codePoint));
}

/** `'h' (code 104)`, or `(CTRL-CHAR, code 153)` for what cannot be shown. */
export function describe(byte: number): string {
  const control = byte < 0x20 || (byte >= 0x7f && byte <= 0x9f);
  return control ? `(CTRL-CHAR, code ${byte})` : `'${String.fromCharCode(byte)}' (code ${byte})`;
}
