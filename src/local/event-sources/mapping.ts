/** An event source mapping as the local service runs it, in AWS's words. */
export interface EventSourceMapping {
  /** AWS's UUID, or whatever tells mappings apart. */
  readonly id: string;
  readonly functionName: string;
  /** Of an alias or version, where the mapping is to one. */
  readonly qualifier?: string | undefined;
  readonly eventSourceArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number | undefined;
  /** JSON of each pattern. */
  readonly filters: readonly string[];
}
