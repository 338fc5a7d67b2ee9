import { setMaxListeners } from 'node:events';
import { Agent, type IncomingHttpHeaders } from 'node:http';
import { PassThrough } from 'node:stream';
import { unconfined } from '../../src/local/isolation/unconfined.js';
import type { Isolation, StartRequest } from '../../src/local/isolation.js';
import type { Exit, SupervisedProcess } from '../../src/process/supervise.js';
import { type HttpAnswer, http } from './http.js';

/**
 * Runtimes without a process: a list of actions that speaks real HTTP to the Runtime API it is given. What an
 * action is, and all actions there are, is in runtime-actions.ts.
 */

/** The event that the last `GET …/next` was answered with. */
export interface HandedEvent {
  readonly requestId: string;
  readonly invocationId: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the actions of one start of a runtime work with, and what a test may look at. */
export interface Start {
  /** Counted from 1 over all environments. */
  readonly number: number;
  readonly env: Readonly<Record<string, string>>;
  readonly bootstrap: string;
  readonly agent: Agent;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  /** Every answer of the Runtime API, in order. */
  readonly answers: HttpAnswer[];
  /** Every event it was handed. */
  readonly events: HandedEvent[];
  /** Which external extension it is, if it is none of the runtimes. */
  readonly extension: string | undefined;
  /** The identifiers that extensions were given, by name. */
  readonly identifiers: Map<string, string>;
  /** What it does on a signal instead of ending; SIGKILL always ends it. */
  onSignal: ((signal: NodeJS.Signals) => void) | undefined;
  /** Ends it from outside of its script. */
  leave(exit: Exit): void;
  /** Every signal it was sent. */
  readonly signals: NodeJS.Signals[];
  /** The signal that ends connections when the runtime is killed. */
  readonly killed: AbortSignal;
  /** How it ended; undefined while it runs. */
  readonly exit: Exit | undefined;
  /** What the current action waits for: the Runtime API to hand out an event, or a test. Set by the actions. */
  doing: 'polling' | 'waiting' | 'acting';
}

/** Does one thing; an exit it returns ends the runtime. */
export type Action = (start: Start) => Promise<Exit | undefined>;
export type Script = readonly Action[];
/** One script for all starts, or one by the start's number, counted from 1. */
export type Scripts = Script | ((number: number) => Script);

export interface ScriptedRuntimes extends Isolation {
  /** One for each time a runtime was started. */
  readonly starts: readonly Start[];
  /** One for each time an external extension was started. */
  readonly extensionStarts: readonly Start[];
  /** All answers of all starts. */
  readonly answers: HttpAnswer[];
  /** What went wrong in scripts, such as a refusal that was not expected: a test asserts that it is empty. */
  readonly mistakes: readonly string[];
  /** Resolves when every runtime that lives waits: its poll has reached the service, or the test must go on. */
  settled(): Promise<void>;
}

/** What scripted runtimes say they use of memory, so that REPORT lines are the same everywhere. */
const SCRIPTED_MEMORY_MB = 42;

/**
 * Runtimes that play scripts: one script for all starts, or one by the start's number (counted from 1). At the end
 * of its script a runtime stays, and asks for nothing.
 */
export function scripted(
  scripts: Scripts,
  extensions: Readonly<Record<string, Scripts>> = {},
): ScriptedRuntimes {
  const starts: PlayedStart[] = [];
  const extensionStarts: PlayedStart[] = [];
  const mistakes: string[] = [];
  const begin = ({ env, bootstrap, extension }: StartRequest) => {
    const ofItsKind = extension === undefined ? starts : extensionStarts;
    const number = ofItsKind.filter((start) => start.extension === extension).length + 1;
    const theirs = extension === undefined ? scripts : (extensions[extension] ?? []);
    const start = new PlayedStart(number, env, bootstrap, mistakes, extension);
    ofItsKind.push(start);
    void start.play(typeof theirs === 'function' ? theirs(number) : theirs);
    return start;
  };
  return {
    ...unconfined({ start: begin, maxMemoryMb: () => SCRIPTED_MEMORY_MB }),
    starts,
    extensionStarts,
    mistakes,
    get answers() {
      return starts.flatMap(({ answers }) => answers);
    },
    async settled() {
      for (const start of [...starts, ...extensionStarts]) await settled(start);
    },
  };
}

/** A poll was written before the ping's connection is opened, so the service has read it when the ping is answered. */
async function settled(start: Start): Promise<void> {
  while (!start.exit && start.doing === 'acting') await new Promise((resolve) => setImmediate(resolve));
  if (start.exit || start.doing === 'waiting') return;
  // Ended in between: settled too.
  await http(`http://${start.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/ping`).catch(() => {});
}

class PlayedStart implements Start, SupervisedProcess {
  readonly agent = new Agent({ keepAlive: true });
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly answers: HttpAnswer[] = [];
  readonly events: HandedEvent[] = [];
  readonly identifiers = new Map<string, string>();
  readonly signals: NodeJS.Signals[] = [];
  onSignal: Start['onSignal'];
  exit: Exit | undefined;
  doing: Start['doing'] = 'acting';
  private readonly killing = new AbortController();
  private listener: ((exit: Exit) => void) | undefined;
  readonly number: number;
  readonly env: Readonly<Record<string, string>>;
  readonly bootstrap: string;
  private readonly mistakes: string[];
  readonly extension: string | undefined;

  constructor(
    number: number,
    env: Readonly<Record<string, string>>,
    bootstrap: string,
    mistakes: string[],
    extension: string | undefined,
  ) {
    this.extension = extension;
    this.number = number;
    this.env = env;
    this.bootstrap = bootstrap;
    this.mistakes = mistakes;
    // Every exchange of a script listens.
    setMaxListeners(0, this.killing.signal);
  }

  get pid(): number {
    return this.number;
  }

  onStart(listener: (pid: number) => void): void {
    listener(this.pid);
  }

  get killed(): AbortSignal {
    return this.killing.signal;
  }

  async play(script: Script): Promise<void> {
    try {
      for (const action of script) {
        const exit = await action(this);
        if (this.exit) return;
        if (exit) return this.end(exit);
      }
      this.doing = 'waiting';
    } catch (error) {
      // Killed in the middle of an exchange: what it got is no mistake of the script.
      if (this.exit) return;
      this.mistakes.push(`${this.extension ?? ''} start ${this.number}: ${(error as Error).message}`);
      this.end({ kind: 'exit', status: 101 });
    }
  }

  onExit(listener: (exit: Exit) => void): void {
    this.listener = listener;
    if (this.exit) listener(this.exit);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.exit) return;
    this.signals.push(signal);
    if (signal !== 'SIGKILL' && this.onSignal) this.onSignal(signal);
    else this.end({ kind: 'signal', signal });
  }

  leave(exit: Exit): void {
    this.end(exit);
  }

  /** As with a process: its connections and pipes close first, and its end is told a little later. */
  private end(exit: Exit): void {
    if (this.exit) return;
    this.exit = exit;
    this.killing.abort();
    this.agent.destroy();
    this.stdout.end();
    this.stderr.end();
    setImmediate(() => this.listener?.(exit));
  }
}
