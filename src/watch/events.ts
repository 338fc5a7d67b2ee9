import type { UserError } from '../errors.js';
import type { LocalEvent } from '../local/events.js';

/** What a watch session tells of itself. */
export type WatchEvent =
  | {
      readonly type: 'serving';
      readonly url: string;
      readonly functions: readonly { name: string; url: string }[];
    }
  /** What functions may use: what is enforced, and what not. */
  | { readonly type: 'isolation'; readonly text: string }
  | { readonly type: 'build.started'; readonly changed: readonly string[] }
  /** The compiler's or cargo's own text, as it comes; cargo's may be a progress bar that is drawn over itself. */
  | { readonly type: 'build.output'; readonly from: 'compiler' | 'cargo'; readonly text: string }
  | { readonly type: 'build.ended'; readonly seconds: number; readonly updated: readonly string[] }
  | { readonly type: 'build.failed'; readonly seconds: number; readonly stillServing: boolean }
  /** It failed, but its files were edited while it ran: the next one, which starts at once, tells whether they are good. */
  | { readonly type: 'build.superseded' }
  /** The project itself cannot be read just now: a broken manifest, a misspelt key. */
  | { readonly type: 'project.broken'; readonly error: UserError }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'local'; readonly event: LocalEvent };
