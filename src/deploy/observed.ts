import type { Configuration, EventSettings, EventSource, Schedule, UrlSettings } from './configuration.js';

/** What is on AWS, in the words of `desired.ts`; read by `observe.ts`. */
export type Observed = ObservedFunctionState | ObservedLayer;

export interface ObservedFunctionState {
  readonly kind: 'function';
  /** Null when there is no such function. */
  readonly function: ObservedFunction | null;
  /** The role that crablet would make; null when there is none, or when another was named. */
  readonly role: ObservedRole | null;
  readonly logGroup: ObservedLogGroup | null;
  /** Whether the bucket, and in it the object, are there; null when nothing goes through S3. */
  readonly s3: { readonly bucket: boolean; readonly object: boolean } | null;
}

export interface ObservedFunction {
  readonly arn: string;
  /** Of `$LATEST`. */
  readonly revision: string;
  readonly codeSha256: string;
  readonly configuration: Configuration;
  /** An update, perhaps of an interrupted deploy, is not through. */
  readonly updating: boolean;
  /** Why AWS could not create or update it the last time, in AWS's words; null when it could. */
  readonly failure: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | null;
  readonly codeSigningConfigArn: string | null;
  /** Null when the alias that is wanted is not there. */
  readonly alias: ObservedAlias | null;
}

export interface ObservedAlias {
  readonly arn: string;
  readonly version: string;
  /** Of a second version, during a canary: from version to its part of the calls, 0 to 1. */
  readonly weights: Readonly<Record<string, number>>;
  readonly revision: string;
  /** What the version that it leads to was published with. */
  readonly codeSha256: string;
  readonly configuration: Configuration;
  readonly url: ObservedUrl | null;
  readonly permissions: readonly ObservedPermission[];
  readonly events: EventSettings | null;
  readonly provisionedConcurrency: number | null;
  readonly eventSources: readonly ObservedEventSource[];
  /** Rules that crablet made for this function, also those that lead nowhere yet. */
  readonly schedules: readonly ObservedSchedule[];
}

export interface ObservedUrl extends UrlSettings {
  readonly url: string;
}

/** A statement of the alias's policy. */
export interface ObservedPermission {
  readonly id: string;
  readonly action: string;
}

export interface ObservedEventSource extends EventSource {
  readonly uuid: string;
}

export interface ObservedSchedule extends Schedule {
  /** Of the rule. */
  readonly rule: string;
  /** The rule leads to the alias. */
  readonly targeted: boolean;
}

export interface ObservedRole {
  readonly arn: string;
  /** As JSON, decoded. */
  readonly trust: string;
  /** The inline policy `POLICY_NAME`, as JSON; null when there is none. */
  readonly policy: string | null;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** ARN of the policy that bounds what it may do. */
  readonly permissionsBoundary: string | null;
  /** Value of `OWNER_TAG`; null when someone else made it. */
  readonly owner: string | null;
  /** Epoch milliseconds. */
  readonly createdMs: number;
}

export interface ObservedLogGroup {
  readonly name: string;
  readonly arn: string;
  readonly retentionDays: number | null;
  /** crablet has set how long it keeps what is written. */
  readonly owned: boolean;
}

export interface ObservedLayer {
  readonly kind: 'layer';
  readonly s3: { readonly bucket: boolean; readonly object: boolean } | null;
  /** The newest version; null when there is none. */
  readonly latest: ObservedLayerVersion | null;
}

export interface ObservedLayerVersion {
  readonly arn: string;
  readonly version: number;
  readonly codeSha256: string;
  readonly description: string;
  readonly compatibleRuntimes: readonly string[];
  readonly compatibleArchitectures: readonly string[];
}
