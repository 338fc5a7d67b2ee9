/** What is measured: a built function, with its settings. */
export interface Subject {
  /** How it is called in figures; each of a run has another. */
  readonly label: string;
  /** Its function's name, as the function itself reads it. */
  readonly functionName: string;
  readonly bootstrap: string;
  /** The folder that stands for /var/task. */
  readonly taskRoot: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly payload: Buffer;
  readonly program: ProgramFacts;
}

/** By which a reader can tell whether two files measured the same program. */
export interface ProgramFacts {
  readonly sha256: string;
  readonly bytes: number;
  /** How it was built, or that it was there. */
  readonly origin: string;
}
