/** Variables that decide what a compiler makes (cargo reference, "environment variables"; the cc and pkg-config crates). */
const OF_BUILDS =
  /^(RUSTFLAGS|RUSTC(_.*)?|RUSTUP_TOOLCHAIN|CARGO_(ENCODED_RUSTFLAGS|BUILD_.*|PROFILE_.*|TARGET_.*|UNSTABLE_.*|FEATURE_.*|ZIGBUILD_.*)|(HOST_|TARGET_)?(CC|CXX|AR|CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS)(_.*)?|PKG_CONFIG(_.*)?|OPENSSL_.*|CRABLET_BUILD_.*|CARGO_LAMBDA_.*)$/;
/** Where, and how fast; not what. */
const NOT_OF_RESULTS =
  /^CARGO_(BUILD_)?(TARGET_DIR|TARGET_TMPDIR|JOBS|RUSTC_WRAPPER)$|^RUSTC_(WORKSPACE_)?WRAPPER$/;

/**
 * The variables of a process that its builds depend on, and those that sources name, sorted. A checkout's own path stands
 * for itself: in another folder they are the same.
 */
export function buildVariables(
  env: NodeJS.ProcessEnv,
  named: ReadonlySet<string>,
  workspaceRoot: string,
): [name: string, value: string][] {
  return Object.entries(env)
    .flatMap(([name, value]): [string, string][] => {
      const counts = named.has(name) || (OF_BUILDS.test(name) && !NOT_OF_RESULTS.test(name));
      return counts && value !== undefined ? [[name, anywhere(value, workspaceRoot)]] : [];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

export function anywhere(text: string, workspaceRoot: string): string {
  return text.replaceAll(workspaceRoot, '<workspace>');
}
