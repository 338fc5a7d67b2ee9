/**
 * Cargo's dep-info next to an executable (`target/debug/hello.d`): in the syntax of make, one rule that names
 * every local file the executable was made from: sources, `include_str!` files, build scripts and their
 * `rerun-if-changed` paths, also those of path dependencies. Blanks in paths are escaped with a backslash;
 * a backslash before anything else is itself (cargo: core/compiler/output_depinfo.rs `render_filename`).
 */
export function parseDepInfo(text: string): string[] {
  const inputs = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const colon = ruleColon(line);
    if (colon === -1) continue;
    for (const path of splitPaths(line.slice(colon + 1))) inputs.add(path);
  }
  return [...inputs];
}

/** The colon that ends the target: followed by a blank or nothing, so neither `C:\x` nor a name with a colon. */
function ruleColon(line: string): number {
  return line.search(/:(?= |$)/);
}

function splitPaths(list: string): string[] {
  return (list.match(/(?:\\ |[^ ])+/g) ?? []).map((path) => path.replaceAll('\\ ', ' '));
}
