/** What a shell would do something with, outside of quotes. */
const OF_THE_SHELL = /[|&;<>()$`*?[\]#~!{}\n]/;

/**
 * A command line as words, by the shell's rules for quotes and backslashes; undefined for one that only a shell can run
 * (`a && b`, `$HOME/x`, `NAME=value program`). Windows' paths keep their backslashes: there only quotes count.
 */
export function commandWords(line: string, windows = process.platform === 'win32'): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (quote === '"' && /[$`]/.test(character)) return undefined;
      else if (quote === '"' && character === '\\' && !windows && /["\\]/.test(line[at + 1] ?? '')) {
        word = (word ?? '') + line[at + 1];
        at += 1;
      } else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (OF_THE_SHELL.test(character)) return undefined;
    else if (character === '\\' && !windows) {
      word = (word ?? '') + (line[at + 1] ?? '');
      at += 1;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words.length === 0 || /^\w+=/.test(words[0]!) ? undefined : words;
}
