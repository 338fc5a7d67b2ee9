/** A word of a POSIX shell's command line: whatever is in the text, the shell hands it on as it is. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
