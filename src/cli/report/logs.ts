import type { LoggedLine } from '../../logs/log-line.js';
import { type Block, RequestFolder } from '../../logs/requests.js';
import { wantsColor } from '../color.js';
import { type CliContext, print } from '../context.js';
import type { LogsCommandOptions } from '../log-options.js';
import { blockLines, lineAlone, lineAsJson, passes } from './log-blocks.js';
import type { LogView } from './log-view.js';

/** Shows lines as they are read: what is over as requests, and from `goLive` on each as it comes. */
export class LogsReport {
  /** How many lines have been printed. */
  shown = 0;
  private live = false;
  private readonly folder = new RequestFolder();
  private readonly view: LogView;
  private readonly colors: boolean;

  constructor(
    private readonly context: CliContext,
    private readonly options: Pick<LogsCommandOptions, 'output' | 'color' | 'level'>,
    private readonly severalFunctions: boolean,
  ) {
    this.view = options.output ?? (context.stdout.isTTY ? 'pretty' : 'json');
    this.colors =
      wantsColor(context, options.color) && (context.stdout.isTTY === true || options.color === 'always');
  }

  take(line: LoggedLine): void {
    if (this.view !== 'pretty') return this.plain(line);
    if (this.live) return this.print(lineAlone(line, this.shape));
    for (const block of this.folder.take(line)) this.block(block);
  }

  block(block: Block): void {
    if (this.view === 'pretty') return this.print(blockLines(block, this.shape));
    for (const line of block.kind === 'line' ? [block.line] : block.lines) this.plain(line);
  }

  /** What comes from now on is shown as it comes: a request that has not ended may take long. */
  goLive(): void {
    this.end();
    this.live = true;
  }

  end(): void {
    for (const block of this.folder.flush()) this.block(block);
  }

  private plain(line: LoggedLine): void {
    const { level } = this.options;
    const requestId = this.view === 'json' ? this.requestOf(line) : undefined;
    if (!passes(line, level)) return;
    this.print([this.view === 'json' ? lineAsJson(line, requestId) : line.message]);
  }

  /** Which request a line belongs to is known from those before it. */
  private requestOf(line: LoggedLine): string | undefined {
    return this.folder.requestIdOf(line);
  }

  private print(lines: readonly string[]): void {
    for (const line of lines) print(this.context, line);
    this.shown += lines.length;
  }

  private get shape() {
    const { colors, severalFunctions, options } = this;
    return { colors, severalFunctions, level: options.level };
  }
}
