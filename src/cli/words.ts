/** What was asked for: the command line without the names that cargo adds, and with one spelling for each flag. */
export function askedWords(argv: readonly string[]): readonly string[] {
  // `cargo crablet build` starts us as `cargo-crablet crablet build`; after `crablet link`, `cargo lambda` does so too.
  const own = argv[0] === 'crablet' || argv[0] === 'lambda' ? argv.slice(1) : argv;
  // Cargo Lambda's other name for it; what is handed on to another program stays as it is.
  return own[0] === 'build' || own[0] === 'watch' || own[0] === 'deploy'
    ? own.map((word) => word.replace(/^--env-vars(?==|$)/, '--env-var'))
    : own;
}
