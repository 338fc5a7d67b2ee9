import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is handed on in parts: a function must not fill our memory by never ending a line. */
const LONGEST_LINE = 262_144;

/**
 * Calls `onLine` for each line of a stream, without its line break; the rest without one comes at the end. Only
 * '\n' ends a line: '\r' does not split (recorded: localstack test_lambda_runtimes, TestCloudwatchLogs::test_multi_line_prints).
 * @returns a function that hands on what has arrived of an unfinished line
 */
export function onLines(stream: Readable, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const flush = () => {
    const last = rest + decoder.end();
    rest = '';
    if (last !== '') onLine(last);
  };
  stream.on('data', (chunk: Buffer) => {
    const text = rest + decoder.write(chunk);
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      onLine(text.slice(from, at));
      from = at + 1;
    }
    rest = text.slice(from);
    while (rest.length > LONGEST_LINE) {
      onLine(rest.slice(0, LONGEST_LINE));
      rest = rest.slice(LONGEST_LINE);
    }
  });
  stream.on('end', flush);
  stream.on('error', () => {});
  return flush;
}
