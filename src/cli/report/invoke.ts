import pc from 'picocolors';
import { listSamples } from '../../events/catalog.js';
import type { InvokeAnswer } from '../../invoke/request.js';
import { wantsColor } from '../color.js';
import { type CliContext, note, print } from '../context.js';
import { indentedJson } from './indented-json.js';

const LINE_FEED = 0x0a;

/** How an answer is told; `indented` is the payload for a person, as Cargo Lambda's `--output-format json` has it. */
export type InvokeOutput = 'text' | 'json' | 'indented';

/** The payload on stdout, all else on stderr; or everything in one JSON object. */
export function reportInvocation(
  answer: InvokeAnswer,
  { context, output, streamed }: { context: CliContext; output: InvokeOutput; streamed: boolean },
): void {
  if (output === 'json' && !streamed) {
    const { payload, ...rest } = answer;
    const head = JSON.stringify({ schema: 'crablet.invoke/1', ...rest });
    print(context, `${head.slice(0, -1)},"payload":${asJson(payload.toString('utf8'))}}`);
    return;
  }
  const indented = output === 'indented' && !streamed && indentedPayload(answer.payload.toString('utf8'));
  if (indented) print(context, indented);
  else if (answer.payload.length > 0) {
    // The bytes as they are: a payload need not be UTF-8.
    context.stdout.write(answer.payload);
    if (answer.payload.at(-1) !== LINE_FEED) context.stdout.write('\n');
  }
  if (answer.log !== undefined) note(context, answer.log.trimEnd());
  const color = pc.createColors(wantsColor(context, undefined));
  if (answer.statusCode === 202)
    note(
      context,
      `accepted: the event is queued, and its function runs without anyone waiting (${answer.requestId})`,
    );
  if (answer.statusCode === 204) note(context, 'checked: the function exists and may be invoked');
  if (answer.functionError !== undefined) {
    const details = answer.errorDetails === undefined ? '' : `: ${answer.errorDetails}`;
    note(
      context,
      `${color.red('error')}: the function returned an error (${answer.functionError})${details}`,
    );
  }
}

export function listExamples(context: CliContext, output: InvokeOutput): void {
  const samples = listSamples();
  if (output !== 'text') {
    print(context, JSON.stringify({ schema: 'crablet.examples/1', examples: samples }));
    return;
  }
  const width = Math.max(...samples.map(({ name }) => name.length));
  for (const { name, summary } of samples) print(context, `${name.padEnd(width)}  ${summary}`);
}

/** Undefined where it is no JSON. */
function indentedPayload(payload: string): string | undefined {
  try {
    JSON.parse(payload);
    return indentedJson(payload);
  } catch {
    return undefined;
  }
}

/** The payload as JSON text on one line: its own where it is JSON, with all digits of its numbers. */
function asJson(payload: string): string {
  try {
    JSON.parse(payload);
    // Between its tokens only: no string in JSON can hold a line break.
    return payload.replace(/[\r\n]+/g, ' ').trim();
  } catch {
    return JSON.stringify(payload);
  }
}
