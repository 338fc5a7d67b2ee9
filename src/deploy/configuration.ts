/** What `$LATEST` or a version of a function is configured with, in one form for what is wanted and what is there. */
export interface Configuration {
  readonly runtime: string;
  readonly handler: string;
  /** Goes with the code: UpdateFunctionConfiguration does not take it (botocore, UpdateFunctionCodeRequest). */
  readonly architecture: Architecture;
  readonly roleArn: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** The size of /tmp. */
  readonly ephemeralStorageMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly tracing: 'Active' | 'PassThrough';
  /** ARNs of layer versions; a later one's files lie over those of an earlier one. */
  readonly layers: readonly string[];
  readonly vpc: Vpc | null;
  readonly logging: Logging;
  /** ARN of a queue or a topic. */
  readonly deadLetterArn: string | null;
  readonly kmsKeyArn: string | null;
  readonly fileSystems: readonly FileSystem[];
}

export type Architecture = 'x86_64' | 'arm64';

export interface Vpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly ipv6AllowedForDualStack: boolean;
}

export interface FileSystem {
  /** Of the access point. */
  readonly arn: string;
  /** Where the function finds it: `/mnt/…`. */
  readonly localMountPath: string;
}

export interface Logging {
  readonly format: 'Text' | 'JSON';
  /** In the JSON format only. */
  readonly applicationLevel: string | null;
  readonly systemLevel: string | null;
  readonly group: string;
}

/** Who may call a function URL, and how it answers. */
export interface UrlSettings {
  readonly auth: 'NONE' | 'AWS_IAM';
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly cors: Cors | null;
}

/**
 * Lists in alphabetical order, as theirs means nothing; what is left out is empty, false or null. One that says nothing at
 * all is none, and an age of 0 is AWS's default (botocore, Cors.MaxAge): AWS answers with either.
 */
export interface Cors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number | null;
}

/** As it is compared; null for one that says nothing. */
export function corsOrNone(cors: Cors): Cors | null {
  const { allowCredentials, maxAgeSeconds, ...lists } = cors;
  const isNone = !allowCredentials && !maxAgeSeconds && Object.values(lists).every((one) => one.length === 0);
  if (isNone) return null;
  return {
    allowOrigins: [...cors.allowOrigins].sort(),
    allowMethods: [...cors.allowMethods].sort(),
    allowHeaders: [...cors.allowHeaders].sort(),
    exposeHeaders: [...cors.exposeHeaders].sort(),
    allowCredentials,
    maxAgeSeconds: maxAgeSeconds || null,
  };
}

/** What becomes of events: AWS's EventInvokeConfig. */
export interface EventSettings {
  readonly maximumRetryAttempts: number | null;
  readonly maximumEventAgeSeconds: number | null;
  /** ARNs. */
  readonly onSuccess: string | null;
  readonly onFailure: string | null;
}

/** An event source mapping; which one it is, is told by its source. Null where AWS has a default of its own. */
export interface EventSource {
  /** ARN of a queue, stream, cluster or broker; with `topics` or `queues` several mappings may have the same one. */
  readonly sourceArn: string;
  /** Of Kafka: one. */
  readonly topics: readonly string[];
  /** Of Amazon MQ: one. */
  readonly queues: readonly string[];
  readonly enabled: boolean;
  readonly batchSize: number | null;
  readonly batchingWindowSeconds: number | null;
  /** Patterns as JSON. */
  readonly filters: readonly string[];
  readonly reportBatchItemFailures: boolean;
  /** Of a queue. */
  readonly maximumConcurrency: number | null;
  /** Of a stream; cannot be changed afterwards. */
  readonly startingPosition: 'LATEST' | 'TRIM_HORIZON' | null;
  readonly parallelizationFactor: number | null;
  readonly maximumRetryAttempts: number | null;
  readonly maximumRecordAgeSeconds: number | null;
  readonly bisectBatchOnError: boolean;
  readonly tumblingWindowSeconds: number | null;
  readonly onFailure: string | null;
}

export interface Schedule {
  /** Unique within the function. */
  readonly name: string;
  /** `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`, in UTC. */
  readonly expression: string;
  readonly enabled: boolean;
  readonly description: string;
  /** JSON; null for EventBridge's own event. */
  readonly input: string | null;
}
