/** What the REPORT of an invocation says, in whichever way it was told. */
export interface Report {
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb?: number | undefined;
  /** Only of the first invocation of an environment. */
  readonly initMs?: number | undefined;
}

/** One invocation as its caller saw it. */
export type Outcome =
  | {
      readonly kind: 'answered';
      /** From the call to the whole answer. */
      readonly callerMs: number;
      readonly report: Report;
    }
  /** It is in no figure; its text is shown. */
  | { readonly kind: 'failed'; readonly callerMs: number; readonly what: string };

/** Something that can be invoked again and again, here or on AWS. */
export interface Target {
  invoke(payload: Buffer): Promise<Outcome>;
}
