import { LOG_TAIL_BYTES } from '../lambda/limits.js';
import type { Logging } from '../lambda/log-levels.js';
import type { PlatformRecord } from '../lambda/log-records.js';
import { passesLevel, platformLine } from './cloudwatch-line.js';

/**
 * The log of one invocation as `X-Amz-Log-Result` shows it: the last 4 KB of START to REPORT, never a line of the
 * init phase before (recorded: localstack test_lambda, test_invocation_with_logs).
 */
export class LogTail {
  private text = '';

  /** @param lines whole lines, each with its line feed */
  private add(lines: string): void {
    this.text += lines;
    // Cut now and then, not at every line: the text is read only once.
    if (this.text.length > 16 * LOG_TAIL_BYTES) this.text = this.text.slice(-4 * LOG_TAIL_BYTES);
  }

  /** A line that the function wrote. */
  line(line: string, logging: Logging): void {
    if (passesLevel(line, logging)) this.add(`${line}\n`);
  }

  platform(record: PlatformRecord, logging: Logging): void {
    const line = platformLine(record, Date.now(), logging);
    if (line !== undefined) this.add(`${line}\n`);
  }

  base64(): string {
    return Buffer.from(this.text, 'utf8').subarray(-LOG_TAIL_BYTES).toString('base64');
  }
}
