import { parseRegex } from './regex.js';
import { badTerm, Scanner } from './scanner.js';

/** A word, phrase or expression; in a message with any of `optional`, all of `required` and none of `excluded`. */
type Found = (message: string) => boolean;

interface Terms {
  readonly required: Found[];
  readonly optional: Found[];
  readonly excluded: Found[];
}

/** `error "not found" -debug`, `?error ?warning`, `%4\d\d%`. Upper and lower case differ. */
export function termsMatcher(text: string): (message: string) => boolean {
  const terms = readTerms(new Scanner(text));
  const { required, excluded } = terms;
  // "If you combine '?' with other filter patterns, it is ignored" (user guide, matching terms in unstructured logs).
  const optional = required.length + excluded.length === 0 ? terms.optional : [];
  return (message) =>
    required.every((found) => found(message)) &&
    !excluded.some((found) => found(message)) &&
    (optional.length === 0 || optional.some((found) => found(message)));
}

function readTerms(scanner: Scanner): Terms {
  const terms: Terms = { required: [], optional: [], excluded: [] };
  while (!scanner.ended) {
    const into = scanner.take('-') ? terms.excluded : scanner.take('?') ? terms.optional : terms.required;
    const found = readTerm(scanner);
    if (found) into.push(found);
  }
  return terms;
}

/** Undefined for the blank phrase `" "`, which is how consoles and tools write "everything". */
function readTerm(scanner: Scanner): Found | undefined {
  const regex = scanner.regex();
  if (regex !== undefined) return parseRegex(regex);
  const phrase = scanner.quoted();
  // Met with StartLiveTail: Invalid character(s) in term '""' (github.com/DefangLabs/defang/issues/1008).
  if (phrase === '') throw badTerm('""');
  if (phrase !== undefined) return phrase.trim() === '' ? undefined : (message) => message.includes(phrase);
  const term = scanner.match(/[^\s"%]+/y);
  if (term === undefined) return scanner.fail();
  // "Terms with characters other than alphanumeric or underscore must be placed inside double quotes" (user guide).
  if (!/^\w+$/.test(term)) throw badTerm(term);
  return (message) => message.includes(term);
}
