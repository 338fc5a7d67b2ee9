import type { Written } from './cloud.js';
import type { ModelState } from './cloud-model-state.fixture.js';
import type { Write, WriteOf } from './step.js';

/** What each kind of call does, as the adapters in src/aws/deploy have it; nothing to tell where nothing is returned. */
export type ModelWriters<K extends Write['kind']> = {
  readonly [Kind in K]: (
    state: ModelState,
    write: WriteOf<Kind>,
    revision: string | null,
    // biome-ignore lint/suspicious/noConfusingVoidType: most calls have nothing to tell
  ) => Written | void;
};
