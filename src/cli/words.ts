/** What was asked for: the command line without the names that cargo adds, and with one spelling for each flag. */
export function askedWords(argv: readonly string[]): readonly string[] {
  // `cargo crablet build` starts us as `cargo-crablet crablet build`; after `crablet link`, `cargo lambda` does so too.
  const own = commandFirst(argv[0] === 'crablet' || argv[0] === 'lambda' ? argv.slice(1) : argv);
  // Cargo Lambda's other name for it; what is handed on to another program stays as it is.
  return own[0] === 'build' || own[0] === 'watch' || own[0] === 'start' || own[0] === 'deploy'
    ? own.map((word) => word.replace(/^--env-vars(?==|$)/, '--env-var'))
    : own;
}

/** The flags that Cargo Lambda takes before its subcommand, too: `cargo lambda --context prod deploy`. */
const ANYWHERE = /^(-v+|--verbose|--admerge|-x.*|--(color|global|context)(=.*)?)$/;
const WITH_VALUE = /^(-x|--color|--global|--context)$/;

function commandFirst(words: readonly string[]): readonly string[] {
  let at = 0;
  while (ANYWHERE.test(words[at] ?? '')) at += WITH_VALUE.test(words[at] ?? '') ? 2 : 1;
  const command = words[at];
  if (at === 0 || command === undefined || command.startsWith('-')) return words;
  return [command, ...words.toSpliced(at, 1)];
}
