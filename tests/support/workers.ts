import type { Action, HandedEvent, Script, Start } from './runtime.js';

/**
 * Plays several scripts at once in one runtime, each with the events that it was handed itself: a runtime of several
 * workers. One that is through with its script asks for nothing more; an exit is the whole runtime's.
 */
export function workers(...scripts: Script[]): Action {
  return async (start) => {
    let ended = () => {};
    const exited = new Promise<void>((resolve) => {
      ended = resolve;
    });
    let exit: Awaited<ReturnType<Action>>;
    const all = scripts.map(async (script) => {
      const events: HandedEvent[] = [];
      const own: Start = Object.create(start, { events: { value: events } });
      for (const action of script) {
        exit ??= await action(own);
        if (exit) return ended();
        if (start.exit) return;
      }
    });
    await Promise.race([Promise.all(all), exited]);
    return exit;
  };
}
