import { PassThrough } from 'node:stream';
import type { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { programFor } from './main.js';
import { askedWords } from './words.js';

/**
 * What `cargo lambda <command> --help` of cargo-lambda 1.9.2 (67129fc) tells, recorded 2026-11-27: each flag with its
 * short letter, and `=` behind one that takes a value.
 */
const THEIRS: Readonly<Record<string, string>> = {
  build:
    '-Z= --admerge --all --all-features --all-targets --arm64 --artifact-dir= --bench= --benches --bin= --bins --color= -c,--compiler= --config= -x,--context= --disable-optimizations --env-file= --env-var= --example= --examples --exclude= --extension -F,--features= --flatten= --frozen --future-incompat-report --global= --ignore-rust-version -i,--include= --internal -j,--jobs= --keep-going -l,--lambda-dir= --lib --locked --manifest-path= --message-format= --no-default-features --offline -o,--output-format= -p,--package= --profile= -q,--quiet -r,--release --skip-target-check --target-dir= --target= --test= --tests --timings --unit-graph -v,--verbose --workspace --x86-64',
  watch:
    '-Z= --admerge --all-features --bin= --color= --concurrency= --config= -x,--context= --disable-cors --env-file= --env-var= --example= -F,--features= --frozen --global= --ignore-changes --ignore-rust-version -A,--invoke-address= -P,--invoke-port= -j,--jobs= --keep-going --locked --manifest-path= --message-format= --no-default-features --offline --only-lambda-apis -p,--package= --print-traces --profile= -q,--quiet -r,--release --target-dir= --target= --timeout= --timings --tls-ca= --tls-cert= --tls-key= --unit-graph -v,--verbose -w,--wait',
  invoke:
    '--admerge -a,--alias= --client-context-ascii= --client-context-file= --color= -x,--context= -A,--data-ascii= -E,--data-example= -F,--data-file= --endpoint-url= --global= --identity-id= --identity-pool-id= -A,--invoke-address= -P,--invoke-port= -o,--output-format= -p,--profile= -r,--region= -R,--remote --retry-attempts= --skip-cache --tls-ca= --tls-cert= --tls-key= -v,--verbose',
  new: '--admerge --bin-name= --color= -x,--context= --event-type= --events --extension --global= --http --http-feature= --ignore-file= --logs -y,--no-interactive -o,--open --render-file= --render-var= --telemetry --template= -v,--verbose',
  init: '--admerge --bin-name= --color= -x,--context= --event-type= --events --extension --global= --http --http-feature= --ignore-file= --logs --name= -y,--no-interactive -o,--open --render-file= --render-var= --telemetry --template= -v,--verbose',
  deploy:
    '--admerge -a,--alias= --binary-name= --binary-path= --color= --compatible-runtimes= -x,--context= --description= --disable-function-url --dry --enable-function-url --endpoint-url= --env-file= --env-var= --extension --global= -i,--include= --internal --ipv6-allowed-for-dual-stack -l,--lambda-dir= --layer= --log-retention= --manifest-path= --memory= --merge-env -o,--output-format= -p,--profile= -r,--region= --retry-attempts= --role= --runtime= --s3-bucket= --s3-key= --security-group-ids= --subnet-ids= --tag= --timeout= --tracing= -v,--verbose',
  system:
    '--admerge --color= -x,--context= --global= --install-zig -m,--manifest-path= -o,--output-format= -p,--package= --setup -v,--verbose',
};

/** Other names, of which its help tells some (crates/cargo-lambda-metadata, -new, -invoke and -system of 1.9.2). */
const OTHER_NAMES: readonly (readonly [command: string, name: string, flag: string])[] = [
  ['build', '--env-vars', '--env-var'],
  ['watch', '--env-vars', '--env-var'],
  ['start', '--env-vars', '--env-var'],
  ['watch', '--no-reload', '--no-reload'],
  ['invoke', '--qualifier', '--qualifier'],
  ['new', '--function-name', '--function-name'],
  ['new', '--default', '--default'],
  ['init', '--function-name', '--function-name'],
  ['deploy', '--env-vars', '--env-var'],
  ['deploy', '--memory-size', '--memory-size'],
  ['deploy', '--iam-role', '--iam-role'],
  ['deploy', '--layer-arn', '--layer-arn'],
  ['deploy', '--tags', '--tags'],
  ['deploy', '--dry-run', '--dry-run'],
  ['deploy', '--qualifier', '--qualifier'],
  ['system', '--install-zig', '--install-zig'],
  ['system', '--install', '--install'],
  ['config', '-o', '--output-format'],
  ['config', '-m', '--manifest-path'],
];

/** Of docs/from-cargo-lambda.md: what a letter means there and not here. */
const OTHER_LETTERS = [
  'deploy -p',
  // It stands there for two flags, of which clap takes the other.
  'invoke -A,--invoke-address',
];

const context = {
  cwd: '/',
  env: {},
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  exitCode: 0,
  interrupted: new AbortController().signal,
};

async function optionsOf(name: string): Promise<readonly Option[]> {
  const program = await programFor([name], context);
  return program.commands.find((one) => one.name() === name || one.aliases().includes(name))?.options ?? [];
}

describe("Cargo Lambda's flags", () => {
  it.each(Object.entries(THEIRS))(
    'of %s are all taken, with their letters and values',
    async (name, flags) => {
      const options = await optionsOf(name);
      const wrong = flags.split(' ').filter((flag) => {
        const [, short, long, value] = /^(?:(-\w),)?(--?[\w-]+)(=?)$/.exec(flag) ?? [];
        const own = options.find((one) => one.long === long || one.short === long);
        if (own === undefined || (value === '=' ? !own.required && !own.optional : own.required)) return true;
        const exempt = OTHER_LETTERS.some(
          (one) => one === `${name} ${short}` || one === `${name} ${short},${long}`,
        );
        return short !== undefined && own.short !== short && !exempt;
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each(OTHER_NAMES)('of %s have their other names: %s', async (name, other, flag) => {
    const [, asked] = askedWords([name, other]);
    const options = await optionsOf(name);
    expect(options.find(({ long, short }) => long === asked || short === asked)?.long).toBe(flag);
  });
});
