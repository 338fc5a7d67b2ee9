import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { runCli, startCli } from '../support/cli.js';

/** Through Zig: arm64 on another machine, run by QEMU, and an older glibc. scripts/testing/arm64.js gets what that takes. */

const TOOLS = join(packageRoot(), '.tools/arm64');
const VENV = join(packageRoot(), '.tools/venv/bin');
const isThere = existsSync(join(TOOLS, 'complete')) && existsSync(join(VENV, 'cargo-zigbuild'));

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-arm64-')));
  await mkdir(join(folder, 'src'));
  await writeFile(
    join(folder, 'Cargo.toml'),
    '[package]\nname = "arm"\nversion = "0.1.0"\nedition = "2024"\n[profile.dev]\ndebug = false\n',
  );
  await writeFile(join(folder, 'src/main.rs'), RUNTIME);
  const rustc = join(TOOLS, 'rustc');
  env = {
    ...process.env,
    PATH: [VENV, join(TOOLS, 'bin'), process.env['PATH']].join(delimiter),
    QEMU_LD_PREFIX: join(TOOLS, 'tree'),
    CARGO_TARGET_DIR: join(folder, 'target'),
    ...(existsSync(rustc) && { RUSTC: rustc }),
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A runtime of the standard library alone, which compiles in a moment: it tells for which machine it was compiled. */
const RUNTIME = `
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

fn call(request: String) -> (String, String) {
    let mut to = TcpStream::connect(std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap()).unwrap();
    to.write_all(request.as_bytes()).unwrap();
    let mut from = BufReader::new(to);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        let (name, value) = line.trim_end().split_once(": ").unwrap_or(("", ""));
        match name.to_lowercase().as_str() {
            "lambda-runtime-aws-request-id" => id = value.to_string(),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
        if line == "\\r\\n" { break; }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    (id, String::from_utf8(body).unwrap())
}

fn main() {
    let api = "/2018-06-01/runtime/invocation";
    loop {
        let (id, _event) = call(format!("GET {api}/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"));
        let body = format!("{{\\"arch\\":\\"{}\\"}}", std::env::consts::ARCH);
        let length = body.len();
        call(format!("POST {api}/{id}/response HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {length}\\r\\n\\r\\n{body}"));
    }
}
`;

describe.skipIf(!isThere)('arm64', () => {
  it('is built through Zig, against the glibc of its runtime', async () => {
    const { code, stdout, stderr } = await runCli(['build', '--arm64', '--release', '--output', 'json'], {
      cwd: folder,
      env,
    });
    expect(code, stderr).toBe(0);
    const [built] = JSON.parse(stdout).functions;
    expect(built).toMatchObject({ architecture: 'aarch64', compiler: 'zigbuild' });
    expect(Number(built.glibc.split('.')[1])).toBeLessThanOrEqual(34);
    const inspected = await runCli(['inspect', built.path, '--arm64'], { cwd: folder, env });
    expect(inspected.code, inspected.stderr).toBe(0);
  });

  it('is served by watch, and run by QEMU', async () => {
    const cli = startCli(['watch', '--arm64', '--invoke-port', '0', '--isolation', 'portable'], {
      cwd: folder,
      env,
    });
    const [, url] = await cli.until(/(http:\/\/[\d.]+:\d+)/);
    const response = await fetch(`${url}/2015-03-31/functions/arm/invocations`, {
      method: 'POST',
      body: '{}',
    });
    expect(await response.json(), cli.text.stderr).toEqual({ arch: 'aarch64' });
    expect(cli.text.stderr).toContain('Compiling arm');
    await cli.interrupt();
  });

  it('is refused by watch without QEMU, with the package that has it', async () => {
    const without = { ...env, PATH: [VENV, process.env['PATH']].join(delimiter) };
    const cli = startCli(['watch', '--arm64', '--invoke-port', '0'], { cwd: folder, env: without });
    await cli.until(/there is no QEMU \(qemu-aarch64\) to run it/);
    await cli.until(/apt-get install qemu-user libc6-arm64-cross/);
    await cli.interrupt();
  });
});

describe.skipIf(!isThere)("this machine's own architecture", () => {
  it('is built through Zig for a runtime whose glibc is older than any program made here could do with', async () => {
    const manifest = '\n[package.metadata.lambda.deploy]\nruntime = "provided.al2"\n';
    await appendFile(join(folder, 'Cargo.toml'), manifest);
    const { code, stdout, stderr } = await runCli(['build', '--output', 'json'], { cwd: folder, env });
    expect(code, stderr).toBe(0);
    const [built] = JSON.parse(stdout).functions;
    expect(built).toMatchObject({ compiler: 'zigbuild', runtime: 'provided.al2' });
    expect(Number(built.glibc.split('.')[1])).toBeLessThanOrEqual(26);
    expect(built.why).toMatch(
      /^cargo-zigbuild with glibc 2\.26: provided\.al2 has glibc 2\.26, and this machine 2\.\d+$/,
    );
  });
});
