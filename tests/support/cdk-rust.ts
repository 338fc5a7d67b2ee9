import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/** An app with real crates in a folder of its own; cargo is real, too, behind a program that notes what it is asked. */
export class RustApp {
  /** With a blank: no path is ever part of a line for a shell. */
  folder: string;
  private readonly log: string;

  constructor() {
    this.folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'crablet-cdk-'))), 'my app');
    mkdirSync(this.folder);
    this.log = join(this.folder, '..', 'cargo.log');
    this.write('../bin/cargo', `#!/bin/sh\necho "$1" >> "$LOG"\nexec "${which('cargo')}" "$@"\n`);
    chmodSync(join(this.folder, '../bin/cargo'), 0o755);
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Functions without dependencies but for a crate that they share; compiled fast, as it matters who compiles what when. */
  workspace(names: readonly string[]): void {
    this.write(
      'Cargo.toml',
      '[workspace]\nresolver = "3"\nmembers = ["crates/*"]\n\n[profile.release]\nopt-level = 0\nlto = "off"\ncodegen-units = 256\n',
    );
    this.write(
      'crates/common/Cargo.toml',
      '[package]\nname = "common"\nversion = "0.1.0"\nedition = "2024"\n',
    );
    this.write('crates/common/src/lib.rs', COMMON);
    for (const name of names) {
      this.write(
        `crates/${name}/Cargo.toml`,
        `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\ncommon = { path = "../common" }\n`,
      );
      this.write(`crates/${name}/src/main.rs`, `fn main() {\n    common::answer("${name}");\n}\n`);
    }
  }

  /** Functions of a stack, one a line: construct id and props. */
  app(functions: readonly (readonly [id: string, props: string])[]): void {
    const lines = functions.map(([id, props]) => `new RustFunction(stack, '${id}', ${props});`);
    this.write(
      'app.cjs',
      `const { App, DefaultStackSynthesizer, Stack } = require(${JSON.stringify(join(packageRoot(), 'node_modules/aws-cdk-lib'))});
const { RustFunction } = require(${JSON.stringify(join(packageRoot(), 'dist/cdk/index.js'))});
const app = new App();
// moto knows no parameter of CloudFormation's that keeps its value, as the rule has one.
const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
const stack = new Stack(app, 'One', { synthesizer });
new Stack(app, 'Other');
${lines.join('\n')}
app.synth();
`,
    );
    this.write('cdk.json', JSON.stringify({ app: 'node app.cjs' }));
  }

  surroundings(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${join(this.folder, '../bin')}:${process.env['PATH']}`,
      LOG: this.log,
      NODE_NO_WARNINGS: '1',
      ...more,
    };
  }

  /** The app itself, as the CDK's program starts it for `cdk synth`. */
  synth(more: NodeJS.ProcessEnv = {}) {
    const env = this.surroundings({ CDK_OUTDIR: 'cdk.out', ...more });
    return spawnSync(process.execPath, ['app.cjs'], { cwd: this.folder, env, encoding: 'utf8' });
  }

  cdk(argv: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const nowhere = {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    };
    const env = this.surroundings({ ...nowhere, CI: 'true', ...more });
    const program = join(packageRoot(), 'node_modules/aws-cdk/bin/cdk');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv, '--no-notices'], {
      cwd: this.folder,
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  /** What cargo was run for since it was asked last. */
  cargoRuns(): string[] {
    const lines = existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').filter(Boolean) : [];
    rmSync(this.log, { force: true });
    return lines;
  }

  builds(): number {
    return this.cargoRuns().filter((line) => line === 'build').length;
  }

  assets(): string[] {
    return readdirSync(join(this.folder, 'cdk.out'))
      .filter((name) => name.startsWith('asset.'))
      .sort();
  }

  remove(): void {
    rmSync(dirname(this.folder), { recursive: true, force: true });
  }
}

function which(program: string): string {
  return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
}

/** A runtime in a few lines: takes events from the Runtime API over HTTP/1.1, and answers with the function's name. */
const COMMON = `use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

pub fn answer(name: &str) {
    let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API") else {
        println!("{name}");
        return;
    };
    loop {
        let (head, body) = ask(&api, "GET", "/2018-06-01/runtime/invocation/next", "");
        let id = head
            .iter()
            .find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case("lambda-runtime-aws-request-id").then(|| value.trim().to_string())
            })
            .expect("a request id");
        let text = format!("{{\\"function\\":\\"{name}\\",\\"event\\":{body}}}");
        ask(&api, "POST", &format!("/2018-06-01/runtime/invocation/{id}/response"), &text);
    }
}

fn ask(api: &str, method: &str, path: &str, body: &str) -> (Vec<String>, String) {
    let mut stream = TcpStream::connect(api).expect("the runtime API");
    write!(stream, "{method} {path} HTTP/1.1\\r\\nHost: {api}\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{body}", body.len()).unwrap();
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_string());
    }
    let length = head.iter().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut bytes = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut bytes).unwrap();
    (head, String::from_utf8(bytes).unwrap())
}
`;
