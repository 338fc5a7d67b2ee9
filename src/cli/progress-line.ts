import { type CliContext, note } from './context.js';

/** Of what changes a deployed function for a while. */
export const PUT_BACK = 'Putting the function back as it was: a second Ctrl-C would leave it changed.';

/** What a long command is doing, on one line of stderr that is written over; nothing where nobody looks. */
export class ProgressLine {
  private shown = false;
  private shownAt = 0;

  constructor(
    private readonly context: CliContext,
    private readonly output: 'text' | 'json',
  ) {}

  show(step: { readonly phase: string; readonly done?: number; readonly of?: number }): void {
    const { stderr } = this.context;
    if (!stderr.isTTY || this.output === 'json') return;
    const now = performance.now();
    // Drawing takes processor time from what is measured.
    if (this.shown && now - this.shownAt < 200) return;
    const share = step.of ? ` ${Math.floor((100 * (step.done ?? 0)) / step.of)} %` : '';
    stderr.write(`\r\u001b[K${step.phase}…${share}`);
    this.shown = true;
    this.shownAt = now;
  }

  /** Says a line that stays when Ctrl-C is pressed while it works. */
  sayOnInterruption(text: string): void {
    this.context.interrupted.addEventListener('abort', () => {
      this.clear();
      note(this.context, text);
    });
  }

  clear(): void {
    if (this.shown) this.context.stderr.write('\r\u001b[K');
    this.shown = false;
  }
}
