import type { UserError } from '../errors.js';
import type { Api } from '../lambda/api-gateway/definition.js';
import type { LocalEvent } from '../local/events.js';
import type { LocalApp } from '../template/app.js';
import type { ProjectTriggers } from './project-triggers.js';

export interface ServedApi {
  readonly api: Api;
  /** For every client, and for those that can have a host name of `localhost`. */
  readonly urls: { readonly path: string; readonly host: string };
}

/** What a watch session tells of itself. */
export type WatchEvent =
  | {
      readonly type: 'serving';
      readonly url: string;
      readonly functions: readonly { name: string; url: string }[];
    }
  /** What functions may use: what is enforced, and what not. */
  | { readonly type: 'isolation'; readonly text: string }
  /** What calls functions beside their URLs and the Invoke API, where the project says so itself. */
  | ({ readonly type: 'triggers' } & ProjectTriggers)
  | { readonly type: 'build.started'; readonly changed: readonly string[] }
  /** The compiler's or cargo's own text, as it comes; cargo's may be a progress bar that is drawn over itself. */
  | { readonly type: 'build.output'; readonly from: 'compiler' | 'cargo' | 'app'; readonly text: string }
  | { readonly type: 'build.ended'; readonly seconds: number; readonly updated: readonly string[] }
  | { readonly type: 'build.failed'; readonly seconds: number; readonly stillServing: boolean }
  /** It failed, but its files were edited while it ran: the next one, which starts at once, tells whether they are good. */
  | { readonly type: 'build.superseded' }
  /** The project itself cannot be read just now: a broken manifest, a misspelt key. */
  | { readonly type: 'project.broken'; readonly error: UserError }
  /** `--cdk`: the app is run, for the first time or after an edit. */
  | { readonly type: 'app.running'; readonly command: string }
  | { readonly type: 'app.changed'; readonly changed: readonly string[] }
  /** It was read again, and nothing in it is other than before. */
  | { readonly type: 'app.unchanged' }
  /** What is served of it, beside its functions, and what is not. */
  | { readonly type: 'app.served'; readonly app: LocalApp; readonly apis: readonly ServedApi[] }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'local'; readonly event: LocalEvent };
