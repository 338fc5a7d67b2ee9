import { type ErrorCode, UserError } from '../errors.js';
import { nearest } from '../project/nearest.js';

type Told = readonly [what: string, fix: string, code?: ErrorCode];

interface Refusal {
  /** Cargo's words; it ends with 101 for these as for an error in the code. */
  readonly words: RegExp;
  readonly tell: (found: RegExpExecArray, features: readonly string[]) => Told;
}

const JOBS = 'Write how many things cargo may do at once, such as --jobs 2, or leave it out.';

/** In the words of cargo 1.95, 2026, and of 1.70 where those were others. */
const REFUSALS: readonly Refusal[] = [
  {
    words: /^could not parse `(.*)`\. Number of parallel jobs/,
    tell: ([, jobs]) => [`The number of jobs is '${jobs}', which is neither a number nor 'default'.`, JOBS],
  },
  { words: /^jobs may not be 0/, tell: () => ['The number of jobs may not be 0.', JOBS] },
  {
    words:
      /^(?:the package '(?<owner>[^']+)' does not contain|none of the selected packages contains) th(?:is|ese) features?: (?<asked>[^\n]+)(?<hints>.*)/is,
    tell: ({ groups = {} }, features) => unknownFeature(groups, features),
  },
  {
    words: /^target `([^`]+)` in package `([^`]+)` requires the features: ([^\n]+)/,
    tell: ([, name, owner, list = '']) => {
      const features = list.replaceAll(/[`\s]/g, '');
      return [
        `${name} of the package '${owner}' needs features that are not switched on.`,
        `Add --features ${features}`,
      ];
    },
  },
  {
    words: /^profile `([^`]+)` is not defined/,
    tell: ([, profile = '']) => {
      const close = nearest(profile, ['release', 'dev']);
      return [
        `There is no profile '${profile}'.`,
        close
          ? `Write --profile ${close}, or add [profile.${profile}] to the workspace's Cargo.toml.`
          : `Add to the workspace's Cargo.toml: [profile.${profile}] with inherits = "release"`,
      ];
    },
  },
  {
    words:
      /^(?:cannot (?<change>update|create) the lock file .* because|the lock file .* needs to be updated but) (?<flag>--\w+) was passed/,
    tell: ({ groups: { change, flag } = {} }) =>
      change === 'create'
        ? [
            `There is no Cargo.lock, and ${flag} forbids to make one.`,
            `Make it with cargo generate-lockfile, or leave ${flag} out.`,
          ]
        : [
            `Cargo.lock does not fit the manifests, and ${flag} forbids to change it.`,
            `Mend it with cargo update --workspace, or leave ${flag} out.`,
          ],
  },
  {
    words: /^failed to (?:parse lock file at: |read file: .*Cargo\.lock)/,
    tell: ({ input }) => [
      `cargo cannot read Cargo.lock: ${input.trim()}`,
      'Take it from your version control, or remove it and let cargo choose all versions anew.',
      'project.broken-manifest',
    ],
  },
  {
    words: /^package ID specification `([^`]+)` did not match any packages/,
    tell: ([, spec = '']) => [
      `There is no package '${spec}' in this project.`,
      `Write -p ${spec.replace(/[@:#].*$/, '')}, or see what there is: cargo metadata --no-deps --format-version 1`,
      'project.unknown-function',
    ],
  },
  {
    words: /^([^\n]* flag is (?:unstable, and )?only (?:accepted|available) on the nightly channel)/,
    tell: ([, words = '']) => [
      `${words.replace(/^the/, 'The')} of cargo, and this is another.`,
      'Leave it out, or take a nightly: RUSTUP_TOOLCHAIN=nightly crablet build …',
    ],
  },
  {
    // Cargo's own command line, which ends with 1.
    words: /^([^\n]+).*\n\nUsage: cargo /s,
    tell: ([, words]) => [`cargo does not take this: ${words}.`, 'See what it takes: cargo build --help'],
  },
];

/**
 * What cargo did not begin with, because it was asked for something that there is not: a mistake of the command line or
 * of the project's files, where an error in the code is a build that failed.
 * @param text cargo's words, from its first error on
 * @param features those of the packages that were to be built
 */
export function refusal(text: string, features: readonly string[]): UserError | undefined {
  const said = text.replace(/^error: /, '');
  for (const { words, tell } of REFUSALS) {
    const found = words.exec(said);
    if (!found) continue;
    const [what, fix, code = 'usage.arguments'] = tell(found, features);
    return new UserError(code, { what, fix });
  }
  return undefined;
}

function unknownFeature(groups: Readonly<Record<string, string>>, features: readonly string[]): Told {
  const { owner, asked = '', hints = '' } = groups;
  const close = /similarly named feature: (\S+)/.exec(hints)?.[1];
  const elsewhere = /packages? with the missing feature: (\S+?)(?:,|$)/m.exec(hints)?.[1];
  const whose = owner ? `The package '${owner}' has` : 'None of the packages that are built has';
  const there = features.length > 0 ? `there are: ${features.join(', ')}` : 'there is none at all';
  return [
    `${whose} ${owner ? 'no' : 'a'} feature ${asked.trim()}; ${there}.`,
    close
      ? `Write --features ${close}`
      : elsewhere
        ? `It is a feature of ${elsewhere}: add -p ${elsewhere}`
        : 'Leave it out, or add it under [features] in Cargo.toml.',
  ];
}
