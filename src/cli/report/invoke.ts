import pc from 'picocolors';
import { listSamples } from '../../events/catalog.js';
import type { InvokeAnswer } from '../../invoke/request.js';
import { wantsColor } from '../color.js';
import { type CliContext, note, print } from '../context.js';

const LINE_FEED = 0x0a;

/** The payload on stdout, all else on stderr; or everything in one JSON object. */
export function reportInvocation(
  answer: InvokeAnswer,
  { context, output, streamed }: { context: CliContext; output: 'text' | 'json'; streamed: boolean },
): void {
  if (output === 'json' && !streamed) {
    print(
      context,
      JSON.stringify({
        schema: 'crablet.invoke/1',
        ...answer,
        payload: asJson(answer.payload.toString('utf8')),
      }),
    );
    return;
  }
  if (answer.payload.length > 0) {
    // The bytes as they are: a payload need not be UTF-8.
    context.stdout.write(answer.payload);
    if (answer.payload.at(-1) !== LINE_FEED) context.stdout.write('\n');
  }
  if (answer.log !== undefined) note(context, answer.log.trimEnd());
  const color = pc.createColors(wantsColor(context, undefined));
  if (answer.statusCode === 202)
    note(context, `accepted: the function runs without anyone waiting (${answer.requestId})`);
  if (answer.statusCode === 204) note(context, 'checked: the function exists and may be invoked');
  if (answer.functionError !== undefined) {
    const details = answer.errorDetails === undefined ? '' : `: ${answer.errorDetails}`;
    note(
      context,
      `${color.red('error')}: the function returned an error (${answer.functionError})${details}`,
    );
  }
}

export function listExamples(context: CliContext, output: 'text' | 'json'): void {
  const samples = listSamples();
  if (output === 'json') {
    print(context, JSON.stringify({ schema: 'crablet.examples/1', examples: samples }));
    return;
  }
  const width = Math.max(...samples.map(({ name }) => name.length));
  for (const { name, summary } of samples) print(context, `${name.padEnd(width)}  ${summary}`);
}

function asJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
