import {
  invalidExtensionState,
  nameTaken,
  noShutdownForInternal,
  registrationClosed,
  tooManyExtensions,
  unknownEvent,
} from '../lambda/extension-answers.js';
import { EXTENSION_EVENTS, type ExtensionEvent, type ExtensionKind } from '../lambda/extension-events.js';
import { MAX_EXTENSIONS } from '../lambda/limits.js';
import type { RuntimeApiAnswer } from '../lambda/runtime-api-answers.js';
import type { Exit } from '../process/supervise.js';
import {
  type ExtensionInput,
  type ExtensionState,
  type ExtensionStep,
  extensionStep,
} from './extension-state.js';
import { newId } from './ids.js';
import type { Poll } from './poll.js';

/** One extension of an environment, from its start or registration to its end. */
export class Extension {
  readonly id = newId();
  state: ExtensionState = 'Started';
  events: readonly ExtensionEvent[] = [];
  /** What it reported as its error, or why it could not be started. */
  errorType: string | undefined;
  private poll: Poll | undefined;
  private pending: Handout | undefined;

  constructor(
    readonly name: string,
    readonly kind: ExtensionKind,
  ) {}

  advance(input: ExtensionInput): ExtensionStep {
    const result = extensionStep(this.state, input);
    if (result.allowed) this.state = result.state;
    return result;
  }

  isSubscribedTo(event: ExtensionEvent): boolean {
    return this.events.includes(event);
  }

  /** `GET …/event/next` was allowed: answers it now if an event waits, else when there is one. */
  nextPolled(poll: Poll): void {
    this.poll = poll;
    const { pending } = this;
    this.pending = undefined;
    if (pending) this.hand(pending);
  }

  /** Hands it an event: now if it waits for one, else when it asks. */
  hand(event: Handout): void {
    const { poll } = this;
    if (this.state !== 'Ready' || !poll) {
      this.pending = event;
      return;
    }
    this.poll = undefined;
    this.advance('event-delivered');
    poll.answer(event.headers, event.body);
  }
}

/** An answer to `GET …/event/next`. */
interface Handout {
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer;
}

function handout(body: string, ...more: string[]): Handout {
  const bytes = Buffer.from(body);
  return {
    headers: ['Content-Type', 'application/json', 'Content-Length', String(bytes.length), ...more],
    body: bytes,
  };
}

/** INVOKE, as each subscriber gets it. */
export const invokeHandout = (body: string): Handout =>
  handout(body, 'Lambda-Extension-Event-Identifier', newId());

/** SHUTDOWN has no identifier (RIE: internal/lambda/rapi/rendering/rendering.go, ShutdownRenderer). */
const shutdownHandout = (body: string): Handout => handout(body);

export type RegistrationResult =
  | { readonly kind: 'registered'; readonly extension: Extension }
  | { readonly kind: 'refused'; readonly answer: RuntimeApiAnswer };

/**
 * The extensions of one start of an environment: those that are started beside the runtime are known by name from the
 * beginning, those inside of its process when they register.
 */
export class Extensions {
  private readonly all: Extension[];
  private closed = false;
  private allAreRegistered: () => void = () => {};
  /** Resolves when every external extension has registered: the runtime is started then. */
  readonly allRegistered: Promise<void>;
  /** Those that take part in every invocation; complete once registration is closed. */
  invokeSubscribers: readonly Extension[] = [];

  constructor(external: readonly { readonly name: string }[]) {
    // One more than may be is the one that is refused.
    this.all = external.slice(0, MAX_EXTENSIONS + 1).map(({ name }) => new Extension(name, 'external'));
    this.allRegistered = new Promise((resolve) => {
      this.allAreRegistered = resolve;
    });
    this.noteRegistered();
  }

  /** In the order of their start or registration. */
  get list(): readonly Extension[] {
    return this.all;
  }

  byIdentifier(id: string): Extension | undefined {
    return this.all.find((extension) => extension.id === id);
  }

  external(name: string): Extension | undefined {
    return this.all.find((extension) => extension.kind === 'external' && extension.name === name);
  }

  /** The order of what is looked at is AWS's (RIE: internal/lambda/rapi/handler/agentregister.go). */
  register(name: string, events: readonly string[]): RegistrationResult {
    const external = this.external(name);
    const wrong = events
      .map((event) => eventProblem(event, external))
      .find((problem) => problem !== undefined);
    if (wrong) return { kind: 'refused', answer: wrong };
    const extension = external ?? this.internal(name);
    if (!(extension instanceof Extension)) return { kind: 'refused', answer: extension };
    const step = extension.advance('register');
    if (!step.allowed) return { kind: 'refused', answer: invalidExtensionState(step.from, step.to, name) };
    extension.events = EXTENSION_EVENTS.filter((event) => events.includes(event));
    this.noteRegistered();
    return { kind: 'registered', extension };
  }

  launchFailed(name: string, errorType: string): void {
    const extension = this.external(name);
    extension?.advance('launch-failed');
    if (extension) extension.errorType = errorType;
  }

  /** Says SHUTDOWN to an external extension that wants to hear of it; else false. */
  handShutdown(name: string, body: string): boolean {
    const extension = this.external(name);
    if (!extension?.isSubscribedTo('SHUTDOWN')) return false;
    extension.hand(shutdownHandout(body));
    return true;
  }

  /** The process of an external extension has ended after SHUTDOWN, by itself or not. */
  ended(name: string, exit: Exit): void {
    const byItself = exit.kind === 'exit' && exit.status === 0;
    this.external(name)?.advance(byItself ? 'exited' : 'shutdown-failed');
  }

  /** The runtime has asked for its first event: there will be no more of them. */
  closeRegistration(): void {
    if (this.closed) return;
    this.closed = true;
    this.invokeSubscribers = this.all.filter((extension) => extension.isSubscribedTo('INVOKE'));
  }

  private internal(name: string): Extension | RuntimeApiAnswer {
    if (this.closed) return registrationClosed;
    if (this.all.length >= MAX_EXTENSIONS) return tooManyExtensions;
    if (this.all.some((extension) => extension.name === name)) return nameTaken;
    const extension = new Extension(name, 'internal');
    this.all.push(extension);
    return extension;
  }

  private noteRegistered(): void {
    if (this.all.every(({ state }) => state !== 'Started')) this.allAreRegistered();
  }
}

function eventProblem(event: string, external: Extension | undefined): RuntimeApiAnswer | undefined {
  if (!EXTENSION_EVENTS.some((known) => known === event)) return unknownEvent(event);
  return event === 'SHUTDOWN' && !external ? noShutdownForInternal : undefined;
}
