import pc from 'picocolors';
import type { DebuggerNews, LocalEvent, Provisioning } from '../../local/events.js';
import type { InvokeResult } from '../../local/invoke-direct.js';
import type { WatchEvent } from '../../watch/events.js';
import { briefly } from '../../watch/files.js';
import { wantsColor } from '../color.js';
import { type CliContext, note, print } from '../context.js';
import { appLines, triggerLines } from './app-lines.js';
import { eventLine } from './event-line.js';
import { LOG_VIEWS, type LogView, logLines } from './log-view.js';
import { sessionJson } from './session-json.js';
import { traceTree } from './trace-tree.js';

/** Shorter than a person or a script that reads along would notice, in milliseconds. */
const LOG_DELAY_MS = 5;

/** Shows a watch session: what it does on stderr, the functions' logs on stdout. */
export class WatchReport {
  private readonly color: ReturnType<typeof pc.createColors>;
  /** Whether traces are shown here; they may be there for a collector only. */
  drawsTraces = false;
  private severalFunctions = false;
  private untold: LocalEvent[] = [];

  constructor(
    private readonly context: CliContext,
    private view: LogView,
    private readonly colorFlag: 'auto' | 'always' | 'never' | undefined,
    /** Whether what the session does is told on stdout, too, as one JSON object a line. */
    private readonly asJson = false,
  ) {
    this.color = pc.createColors(wantsColor(context, colorFlag));
  }

  take(event: WatchEvent): void {
    const { color } = this;
    if (this.asJson) this.tellJson(event);
    switch (event.type) {
      case 'serving':
        return this.serving(event);
      case 'isolation':
        return this.say(color.dim(`  ${event.text}`));
      case 'build.started':
        if (event.changed.length > 0) this.say(color.dim(`${briefly(event.changed)} changed, building`));
        return;
      case 'build.output':
        // The compiler's words take the place of cargo's progress bar, which may stand in this line.
        if (event.from === 'compiler' && this.context.stderr.isTTY) this.context.stderr.write('\r\u001b[K');
        this.context.stderr.write(event.text);
        return;
      case 'build.ended':
        return this.say(`${color.green('ready')} ${built(event)}`);
      case 'build.failed':
        return this.say(
          event.stillServing
            ? color.yellow('not compiled: still serving the last good build')
            : color.red('not compiled: requests get the error until it is mended'),
        );
      case 'build.superseded':
        return this.say(color.dim('not compiled, and edited meanwhile'));
      case 'project.broken':
        this.say(`${color.red('error')}: ${event.error.message}`);
        return this.say(`${color.cyan('  fix')}: ${event.error.fix}`);
      case 'app.running':
        return this.say(color.dim(`running ${event.command}`));
      case 'app.changed':
        return this.say(
          color.dim(
            `${briefly(event.changed) || 'asked to'}${event.changed.length > 0 ? ' changed' : ''}, reading the app again`,
          ),
        );
      case 'app.unchanged':
        return this.say(color.dim('the app is as it was'));
      case 'app.served':
        for (const line of appLines(event, color)) this.say(line);
        return;
      case 'triggers':
        for (const line of triggerLines(event)) this.say(line);
        return;
      case 'warning':
        return this.say(`${color.yellow('warning')}: ${event.text}`);
      case 'local':
        if (event.event.type === 'debugger') return this.say(this.debugger(event.event));
        if (event.event.type === 'provisioning') return this.say(this.provisioning(event.event));
        return this.log(event.event);
    }
  }

  private tellJson(event: WatchEvent): void {
    const told = sessionJson(event);
    if (told) print(this.context, JSON.stringify({ time: new Date().toISOString(), ...told }));
  }

  nextView(): void {
    this.view = LOG_VIEWS[(LOG_VIEWS.indexOf(this.view) + 1) % LOG_VIEWS.length]!;
    this.say(`log view: ${this.view}`);
  }

  /** Shows what became of an invocation that a key asked for. */
  invokedAgain(result: Promise<InvokeResult> | undefined): void {
    if (!result) return this.say('nothing to invoke again: no invocation has come yet');
    result.then(
      ({ payload, functionError }) =>
        this.say(`${functionError ? this.color.red('✗') : '→'} ${payload.toString()}`),
      (error: Error) => this.say(`${this.color.red('✗')} ${error.message}`),
    );
  }

  private serving({ url, functions }: Extract<WatchEvent, { type: 'serving' }>): void {
    const { color } = this;
    this.severalFunctions = functions.length > 1;
    this.say(
      `${color.bold('crablet')} serves ${functions.length === 1 ? '1 function' : `${functions.length} functions`} at ${color.cyan(url)}`,
    );
    const width = Math.max(0, ...functions.map(({ name }) => name.length));
    for (const fn of functions) this.say(`  ${fn.name.padEnd(width)}  ${color.cyan(fn.url)}`);
    this.say(color.dim(`  AWS clients: export AWS_ENDPOINT_URL_LAMBDA=${url}`));
  }

  private debugger({ function: name, pid, attached }: DebuggerNews): string {
    const { color } = this;
    if (attached) return `${color.green('debugging')} ${name} (pid ${pid})`;
    return `${color.yellow('waiting')} ${name} waits for a debugger: start "crablet: ${name}" in VS Code, or rust-gdb -p ${pid}`;
  }

  private provisioning({ function: name, status, requested, available }: Provisioning): string {
    const { color } = this;
    const environments = `provisioned ${requested === 1 ? 'environment' : 'environments'}`;
    if (status === 'READY') return `${color.green('ready')} ${name}: ${requested} ${environments}`;
    return `${color.yellow('warning')}: ${name}: ${available} of ${requested} ${environments}, for one cannot initialise; its log says why. Invocations go on on demand.`;
  }

  /** Logs are shown together a moment later: no request waits for the writing of them, and many take one write. */
  private log(event: LocalEvent): void {
    if (event.type === 'trace' && !this.drawsTraces) return;
    // The raw view shows logs and nothing else, but what becomes of events, and traces, are to be seen somewhere.
    if (event.type === 'trace' && this.view === 'raw')
      return this.say(traceTree(event, this.color).join('\n'));
    if (event.type === 'event-queue' && this.view === 'raw') return this.say(eventLine(event, this.color));
    if (this.untold.length === 0) setTimeout(() => this.flush(), LOG_DELAY_MS);
    this.untold.push(event);
  }

  private flush(): void {
    const options = {
      view: this.view,
      colors: this.context.stdout.isTTY === true && wantsColor(this.context, this.colorFlag),
      severalFunctions: this.severalFunctions,
    };
    let text = '';
    for (const event of this.untold) {
      for (const line of logLines(event, options)) text += `${line}\n`;
    }
    this.untold = [];
    if (text !== '') this.context.stdout.write(text);
  }

  private say(line: string): void {
    note(this.context, line);
  }
}

function built({ seconds, updated }: { seconds: number; updated: readonly string[] }): string {
  const what = updated.length === 0 ? 'nothing new to serve' : updated.join(', ');
  return `${what} (${seconds.toFixed(2)} s)`;
}
