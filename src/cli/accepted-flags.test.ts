import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { programFor } from './main.js';

/** `cargo lambda <command> --help` of cargo-lambda 1.9.2, 2026-11-23. */
const THEIRS: Readonly<Record<string, string>> = {
  build:
    '--admerge --all --all-features --all-targets --arm64 --artifact-dir --bench --benches --bin --bins --color --compiler --config --context --disable-optimizations --env-file --env-var --example --examples --exclude --extension --features --flatten --frozen --future-incompat-report --global --ignore-rust-version --include --internal --jobs --keep-going --lambda-dir --lib --locked --manifest-path --message-format --no-default-features --offline --output-format --package --profile --quiet --release --skip-target-check --target --target-dir --test --tests --timings --unit-graph --verbose --workspace --x86-64',
  watch:
    '--admerge --all-features --bin --color --concurrency --config --context --disable-cors --env-file --env-var --example --features --frozen --global --ignore-changes --ignore-rust-version --invoke-address --invoke-port --jobs --keep-going --locked --manifest-path --message-format --no-default-features --offline --only-lambda-apis --package --print-traces --profile --quiet --release --target --target-dir --timeout --timings --tls-ca --tls-cert --tls-key --unit-graph --verbose --wait',
  invoke:
    '--admerge --alias --client-context-ascii --client-context-file --color --context --data-ascii --data-example --data-file --endpoint-url --global --identity-id --identity-pool-id --invoke-address --invoke-port --output-format --profile --region --remote --retry-attempts --skip-cache --tls-ca --tls-cert --tls-key --verbose',
  new: '--admerge --bin-name --color --context --event-type --events --extension --global --http --http-feature --ignore-file --logs --no-interactive --open --render-file --render-var --telemetry --template --verbose',
  init: '--admerge --bin-name --color --context --event-type --events --extension --global --http --http-feature --ignore-file --logs --name --no-interactive --open --render-file --render-var --telemetry --template --verbose',
  // With the other names that its help tells, but for --env-vars, which is read as --env-var before all else.
  deploy:
    '--admerge --alias --binary-name --binary-path --color --compatible-runtimes --context --description --disable-function-url --dry --enable-function-url --endpoint-url --env-file --env-var --extension --global --iam-role --include --internal --ipv6-allowed-for-dual-stack --lambda-dir --layer --layer-arn --log-retention --manifest-path --memory --merge-env --output-format --profile --region --retry-attempts --role --runtime --s3-bucket --s3-key --security-group-ids --subnet-ids --tag --tags --timeout --tracing --verbose',
  system:
    '--admerge --color --context --global --install-zig --manifest-path --output-format --package --setup --verbose',
};

const context = {
  cwd: '/',
  env: {},
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  exitCode: 0,
  interrupted: new AbortController().signal,
};

describe("Cargo Lambda's flags", () => {
  it.each(Object.entries(THEIRS))('of %s are all taken', async (name, flags) => {
    const program = await programFor([name], context);
    const command = program.commands.find((one) => one.name() === name || one.aliases().includes(name));
    const own = command?.options.map(({ long }) => long) ?? [];
    expect(flags.split(' ').filter((flag) => !own.includes(flag))).toEqual([]);
  });
});
