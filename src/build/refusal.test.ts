import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.js';

// Texts of cargo 1.95, 1.89 and 1.70.
describe('refusal', () => {
  it.each<[string, readonly string[], string, string]>([
    [
      'error: could not parse `abc`. Number of parallel jobs should be `default` or a number.\n',
      [],
      "The number of jobs is 'abc', which is neither a number nor 'default'.",
      '--jobs 2',
    ],
    ['error: jobs may not be 0\n', [], 'The number of jobs may not be 0.', '--jobs 2'],
    [
      "error: the package 'app' does not contain this feature: extr\nhelp: there is a similarly named feature: extra\n",
      ['extra', 'more'],
      "The package 'app' has no feature extr; there are: extra, more.",
      'Write --features extra',
    ],
    [
      "error: the package 'b' does not contain this feature: extra\nhelp: package with the missing feature: app\n",
      [],
      "The package 'b' has no feature extra; there is none at all.",
      'It is a feature of app: add -p app',
    ],
    [
      'error: none of the selected packages contains these features: nada, zilch\nselected packages: b, app\n',
      ['extra'],
      'None of the packages that are built has a feature nada, zilch; there are: extra.',
      'add it under [features]',
    ],
    [
      'error: profile `relase` is not defined\n',
      [],
      "There is no profile 'relase'.",
      'Write --profile release',
    ],
    [
      'error: profile `small-and-slow` is not defined\n',
      [],
      "There is no profile 'small-and-slow'.",
      '[profile.small-and-slow] with inherits = "release"',
    ],
    [
      'error: cannot update the lock file /p/Cargo.lock because --locked was passed to prevent this\nhelp: to generate the lock file without accessing the network, remove the --locked flag and use --offline instead.\n',
      [],
      'Cargo.lock does not fit the manifests, and --locked forbids to change it.',
      'cargo update --workspace, or leave --locked out',
    ],
    [
      'error: the lock file /p/Cargo.lock needs to be updated but --frozen was passed to prevent this\n',
      [],
      'Cargo.lock does not fit the manifests, and --frozen forbids to change it.',
      'leave --frozen out',
    ],
    [
      'error: cannot create the lock file /p/Cargo.lock because --locked was passed to prevent this\n',
      [],
      'There is no Cargo.lock, and --locked forbids to make one.',
      'cargo generate-lockfile',
    ],
    [
      'error: failed to parse lock file at: /p/Cargo.lock\n\nCaused by:\n  TOML parse error at line 1, column 5\n',
      [],
      'cargo cannot read Cargo.lock: failed to parse lock file at: /p/Cargo.lock\n\nCaused by:\n  TOML parse error at line 1, column 5',
      'version control',
    ],
    [
      'error: package ID specification `app@9` did not match any packages\n\nhelp: a package with a similar name exists: `app`\n',
      [],
      "There is no package 'app@9' in this project.",
      'Write -p app,',
    ],
    [
      'error: the `-Z` flag is only accepted on the nightly channel of Cargo, but this is the `stable` channel\nSee https://doc.rust-lang.org/book/appendix-07-nightly-rust.html for more information.\n',
      [],
      'The `-Z` flag is only accepted on the nightly channel of cargo, and this is another.',
      'RUSTUP_TOOLCHAIN=nightly',
    ],
    [
      "error: unexpected value 'foo' for '--timings' found; no more were expected\n\nUsage: cargo build --bins --timings\n\nFor more information, try '--help'.\n",
      [],
      "cargo does not take this: unexpected value 'foo' for '--timings' found; no more were expected.",
      'cargo build --help',
    ],
  ])('%j', (text, features, what, fix) => {
    const error = refusal(text, features);
    expect(error?.message).toBe(what);
    expect(error?.fix).toContain(fix);
    expect(error?.exitCode).toBe(2);
  });

  it.each([
    'error: could not compile `app` (bin "app") due to 1 previous error\n',
    'error: no matching package named `nope` found\nlocation searched: crates.io index\n',
    'error: failed to run custom build command for `app v0.1.0 (/p)`\n\n  jobs may not be 0\n',
  ])('%j is a build that failed', (text) => expect(refusal(text, [])).toBeUndefined());
});
