/** What `versions`, `rollback`, `destroy` and canaries need of AWS besides `Cloud`. Failures are `CloudError`s. */
export interface RolloutCloud {
  /** Published ones, in the order in which they were. */
  versions(name: string): Promise<readonly PublishedVersion[]>;
  aliases(name: string): Promise<readonly AliasState[]>;
  /** Refused, as changed meanwhile, when the alias is not at `revision` any more; gives its new one. */
  moveAlias(name: string, alias: string, to: AliasTarget, revision: string): Promise<string>;
  invoke(name: string, version: string, payload: Uint8Array): Promise<Answer>;
  /** Of the CloudWatch alarms with these names; an alarm that is not there is missing from the answer. */
  alarms(names: readonly string[]): Promise<readonly AlarmState[]>;
  /** What callers of the alias got from each version since then. */
  measure(
    name: string,
    alias: string,
    versions: readonly string[],
    since: Date,
    until: Date,
  ): Promise<Readonly<Record<string, Measured>>>;
  /** What is in a bucket; null when it is not there. */
  bucket(name: string, owner: string | null): Promise<BucketFacts | null>;
  /** Of a layer, in the order in which they were published. */
  layerVersions(layer: string): Promise<readonly LayerVersionFacts[]>;
  /** What `destroy` takes away; what is gone already is no failure. */
  remove(removal: Removal): Promise<void>;
}

export interface BucketFacts {
  readonly name: string;
  /** Value of crablet's tag: whose deploy made it. */
  readonly owner: string | null;
  readonly keys: readonly string[];
}

export interface LayerVersionFacts {
  readonly version: string;
  readonly description: string;
}

export interface PublishedVersion {
  readonly version: string;
  readonly description: string;
  readonly codeSha256: string;
  readonly codeBytes: number;
  /** As AWS writes it: `2026-11-27T03:00:00.000+0000`. */
  readonly published: string;
  readonly architecture: string;
  readonly memoryMb: number;
}

export interface AliasTarget {
  readonly version: string;
  /** Of one more version: its part of the calls, 0 to 1. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface AliasState extends AliasTarget {
  readonly name: string;
  readonly revision: string;
}

export interface Answer {
  readonly payload: string;
  /** `Unhandled` and the like; undefined when the function answered. */
  readonly error?: string | undefined;
  /** The end of what it logged. */
  readonly log: string;
}

export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** AWS's words. */
  readonly reason: string;
}

/** Sums, and the longest minute's 99th percentile in milliseconds; undefined without invocations. */
export interface Measured {
  readonly invocations: number;
  readonly errors: number;
  readonly p99Ms?: number | undefined;
}

/** One thing that crablet made, taken away. */
export type Removal =
  | { readonly kind: 'version'; readonly function: string; readonly version: string }
  | { readonly kind: 'event-source'; readonly uuid: string; readonly source: string }
  | { readonly kind: 'rule'; readonly rule: string }
  | { readonly kind: 'function'; readonly function: string }
  | { readonly kind: 'log-group'; readonly group: string }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'layer-version'; readonly layer: string; readonly version: string }
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string }
  /** Only when nothing is in it. */
  | { readonly kind: 'bucket'; readonly bucket: string };
