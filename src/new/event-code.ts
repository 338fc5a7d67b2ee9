import { ANY_JSON, type EventType, findEventType, importOf } from './event-types.js';
import type { Variables } from './render.js';

/** rustfmt's own limit: https://rust-lang.github.io/rustfmt/ (max_width). */
const RUSTFMT_WIDTH = 100;

/** What only our own event template says: code whose form depends on the type, as rustfmt would write it. */
export function eventCode(
  path: string,
  sample: string | undefined,
): Variables & { readonly imports: readonly string[] } {
  const type = findEventType(path);
  const answer = type && answerOf(type);
  const readsJson = path === ANY_JSON || type?.bodyParameter === true;
  const payload = payloadType(path, type);
  return {
    imports: [
      ...(type ? typeImports(type, answer) : []),
      'lambda_runtime::{Error, LambdaEvent, tracing}',
      ...(readsJson ? [ANY_JSON] : []),
    ],
    reads_json: readsJson,
    sample_statement: sample === undefined ? null : sampleStatement(sample),
    answer: answer ?? null,
    signature: signature(payload, type?.answer === 'the event' ? payload : (answer ?? '()')),
  };
}

function answerOf(type: EventType): string | undefined {
  if (type.answer === 'nothing') return undefined;
  return type.answer === 'the event' ? type.answer : type.answer.type.split('::').at(-1);
}

function payloadType(path: string, type: EventType | undefined): string {
  if (type === undefined) return path === ANY_JSON ? 'Value' : path;
  return type.bodyParameter ? `${type.name}<Value>` : type.name;
}

function typeImports(type: EventType, answer: string | undefined): string[] {
  const imports = [importOf(type.path)];
  if (answer !== undefined && typeof type.answer === 'object') {
    imports.push(importOf(`${type.feature}::${type.answer.type}`));
  }
  return imports.sort();
}

function signature(payload: string, answer: string): string {
  const line = `pub(crate) async fn function_handler(event: LambdaEvent<${payload}>) -> Result<${answer}, Error>`;
  if (`${line} {`.length <= RUSTFMT_WIDTH) return line;
  return `pub(crate) async fn function_handler(\n    event: LambdaEvent<${payload}>,\n) -> Result<${answer}, Error>`;
}

/** `let sample = …;` for a file of the project, in one line or two as rustfmt has it. */
function sampleStatement(file: string): string {
  const start = '        let sample =';
  const include = `include_str!("../${file}");`;
  const line = `${start} ${include}`;
  return line.length <= RUSTFMT_WIDTH ? line : `${start}\n            ${include}`;
}
