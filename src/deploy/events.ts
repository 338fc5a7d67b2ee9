import type { Step } from './step.js';

/** What a deploy reports while it goes on. */
export type DeployEvent =
  | { readonly kind: 'step.started'; readonly function: string; readonly step: Step }
  | {
      readonly kind: 'waiting';
      readonly function: string;
      readonly why: string;
      readonly waitedMs: number;
    }
  | { readonly kind: 'step.ended'; readonly function: string; readonly step: Step; readonly ms: number };

export type OnDeployEvent = (event: DeployEvent) => void;

export interface StepTime {
  readonly step: Step;
  readonly ms: number;
}

/** What came of one function's steps. */
export interface Applied {
  readonly kind: 'done' | 'failed' | 'interrupted';
  readonly done: readonly StepTime[];
  /** Not done; the first of them is the one that failed. */
  readonly left: readonly Step[];
  readonly error: unknown;
  /** That was published, or is there already. */
  readonly version: string | null;
  readonly url: string | null;
  readonly arn: string;
}
