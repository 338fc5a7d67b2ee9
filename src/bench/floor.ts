import { createHash } from 'node:crypto';
import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run.js';

/**
 * A runtime that does nothing, in Rust's standard library alone: what it takes is what this tool, the system and the
 * loopback take. Compiled where it is needed, since whoever measures Rust has rustc.
 */
const SOURCE = `use std::env::var;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

fn main() {
    let api = var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = TcpStream::connect(&api).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: {api}\\r\\n\\r\\n");
        stream.write_all(next.as_bytes()).unwrap();
        let id = answer(&mut reader);
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        let response = format!("POST {path} HTTP/1.1\\r\\nHost: {api}\\r\\nContent-Length: 4\\r\\n\\r\\nnull");
        stream.write_all(response.as_bytes()).unwrap();
        answer(&mut reader);
    }
}

fn answer(reader: &mut BufReader<TcpStream>) -> String {
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 { std::process::exit(0) }
        let line = line.trim_end();
        if line.is_empty() { break }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "lambda-runtime-aws-request-id" => id = value.trim().into(),
            "content-length" => length = value.trim().parse().unwrap(),
            _ => {}
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).unwrap();
    id
}
`;

/**
 * The folder of the built floor, with its \`bootstrap\`.
 * @param cache where it is kept for the next time
 * @returns undefined where rustc does not compile it, or is not there
 */
export async function buildFloor(
  cache: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  const version = createHash('sha256').update(SOURCE).digest('hex').slice(0, 12);
  const folder = join(cache, `floor-${version}-${process.arch}`);
  const bootstrap = join(folder, 'bootstrap');
  if (await exists(bootstrap)) return folder;
  await mkdir(folder, { recursive: true });
  const source = join(folder, 'main.rs');
  const made = `${bootstrap}.${process.pid}`;
  await writeFile(source, SOURCE);
  const argv = ['--edition', '2021', '-O', '-C', 'panic=abort', '-C', 'strip=symbols', '-o', made, source];
  const end = await run({ program: 'rustc', argv, cwd: folder, env, signal });
  signal.throwIfAborted();
  if (end.kind !== 'exited' || end.code !== 0) return undefined;
  // Two runs at once may have built it: the last one wins, and both are the same.
  await rename(made, bootstrap);
  return folder;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
