import type {
  Architecture,
  Configuration,
  EventSettings,
  EventSource,
  Schedule,
  UrlSettings,
} from './configuration.js';

/** Where a deploy goes to, as the credentials tell (sts:GetCallerIdentity). */
export interface Account {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly id: string;
  readonly region: string;
}

/** What the project wants to be on AWS: made from project, artifact and flags by `desire.ts`, without asking AWS. */
export type Desired = DesiredFunction | DesiredLayer;

/** A zip that AWS takes. */
export interface Code {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in base64, as AWS gives it in `CodeSha256`. */
  readonly sha256: string;
  readonly architecture: Architecture;
  /** Through S3; null when the zip goes with the call itself. */
  readonly s3: S3Place | null;
}

export interface S3Place {
  readonly bucket: string;
  readonly key: string;
  /** Make the bucket, if there is none. */
  readonly create: boolean;
  /**
   * The account that the bucket has to be of. Anybody can make one of a name that is easily guessed, and so be given the
   * code, or give other code; null where a person has named it.
   */
  readonly owner: string | null;
}

/** What a version was made from; it is told in its description. */
export interface Provenance {
  /** Of the git commit, with `-dirty` behind it when there are changes that are not committed. */
  readonly commit: string | null;
  /** Of all that the build depends on. */
  readonly inputs: string;
}

export interface DesiredFunction {
  readonly kind: 'function';
  readonly name: string;
  /** Unqualified. */
  readonly arn: string;
  /** Value of `OWNER_TAG`: tells that this project made the function. */
  readonly owner: string;
  readonly code: Code;
  /** With `mergeEnv`, the variables that are on AWS stay, too. */
  readonly configuration: Configuration;
  readonly mergeEnv: boolean;
  /** The role that crablet makes and keeps; null when one was named, which is used as it is. */
  readonly role: DesiredRole | null;
  /** What is called by others: moved to each new version. */
  readonly alias: string;
  readonly provenance: Provenance;
  /** Those of the configuration, without crablet's own. */
  readonly tags: Readonly<Record<string, string>>;
  /** How long the log group keeps what is written; null: as the group has it. */
  readonly logRetentionDays: number | null;
  readonly reservedConcurrency: number | null;
  readonly codeSigningConfigArn: string | null;
  /** All of these belong to the alias. */
  /** `leave`: nothing is said of it. Its address would be lost with it, so it is only taken away when that is said. */
  readonly url: UrlSettings | 'leave' | null;
  readonly events: EventSettings | null;
  readonly provisionedConcurrency: number | null;
  readonly eventSources: readonly EventSource[];
  readonly schedules: readonly Schedule[];
}

export interface DesiredRole {
  readonly name: string;
  readonly arn: string;
  /** Who may assume it, as JSON. */
  readonly trust: string;
  /** The inline policy that crablet writes, as JSON. */
  readonly policy: string;
  /** ARNs of managed policies: `policies` of the configuration. */
  readonly attached: readonly string[];
  readonly permissionsBoundary: string | null;
}

/** An extension: a layer version, of which only new ones are ever made. */
export interface DesiredLayer {
  readonly kind: 'layer';
  readonly name: string;
  readonly owner: string;
  readonly code: Code;
  readonly description: string;
  readonly compatibleRuntimes: readonly string[];
  readonly provenance: Provenance;
}

/** On all that crablet makes and that takes tags. The value tells which function of which package it was made for. */
export const OWNER_TAG = 'crablet:function';
/** Which of a function's tags are the configuration's: others may have put on some of their own. */
export const TAGS_TAG = 'crablet:tags';
/** The inline policy of a role that crablet made. */
export const POLICY_NAME = 'crablet';
