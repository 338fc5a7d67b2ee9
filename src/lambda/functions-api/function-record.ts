import { UNPUBLISHED } from '../function-name.js';
import type { VersionConfig } from './configuration.js';

/** Where an alias leads. */
export interface Alias {
  readonly Name: string;
  readonly FunctionVersion: string;
  readonly Description: string;
  readonly RevisionId: string;
  /** At most one more version, and the share of invocations that it gets, from 0 to 1. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: string | Readonly<Record<string, string>>;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

export interface UrlConfig {
  /** The first label of its host on AWS. */
  readonly id: string;
  readonly AuthType: 'NONE' | 'AWS_IAM';
  readonly InvokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined;
  readonly Cors?: UrlCors | undefined;
  readonly CreationTime: string;
  readonly LastModifiedTime: string;
}

export interface UrlCors {
  readonly AllowCredentials?: boolean | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly MaxAge?: number | undefined;
}

export interface ProvisionedConfig {
  readonly requested: number;
  readonly LastModified: string;
}

export interface EventInvokeConfig {
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  /** Epoch seconds. */
  readonly LastModified: number;
}

export interface RuntimeManagement {
  readonly UpdateRuntimeOn: 'Auto' | 'Manual' | 'FunctionUpdate';
  readonly RuntimeVersionArn?: string | undefined;
}

/** All that is known of a function that was created over the API. What is per qualifier is keyed by it. */
export interface FunctionRecord {
  readonly name: string;
  readonly latest: VersionConfig;
  /** Published ones, the oldest first. */
  readonly versions: readonly VersionConfig[];
  readonly nextVersion: number;
  readonly aliases: Readonly<Record<string, Alias>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Key `` for the function itself. */
  readonly policies: Readonly<Record<string, readonly Statement[]>>;
  readonly urls: Readonly<Record<string, UrlConfig>>;
  readonly reserved?: number | undefined;
  readonly provisioned: Readonly<Record<string, ProvisionedConfig>>;
  readonly eventInvoke: Readonly<Record<string, EventInvokeConfig>>;
  readonly recursiveLoop: 'Allow' | 'Terminate';
  readonly runtimeManagement: Readonly<Record<string, RuntimeManagement>>;
}

export function newRecord(
  name: string,
  latest: VersionConfig,
  tags: Readonly<Record<string, string>>,
): FunctionRecord {
  return {
    name,
    latest,
    versions: [],
    nextVersion: 1,
    aliases: {},
    tags,
    policies: {},
    urls: {},
    provisioned: {},
    eventInvoke: {},
    recursiveLoop: 'Terminate',
    runtimeManagement: {},
  };
}

/** The version of that number, or `$LATEST`. */
export function versionOf(record: FunctionRecord, version: string): VersionConfig | undefined {
  if (version === UNPUBLISHED) return record.latest;
  return record.versions.find((one) => one.Version === version);
}

/** Which version an invocation of this qualifier gets; undefined when there is no such version or alias. */
export function routed(
  record: FunctionRecord,
  qualifier: string,
  /** From 0 up to 1. */
  random: number,
): VersionConfig | undefined {
  const alias = Object.hasOwn(record.aliases, qualifier) ? record.aliases[qualifier] : undefined;
  if (!alias) return versionOf(record, qualifier);
  const [other] = Object.entries(alias.weights);
  const version = other && random < other[1] ? other[0] : alias.FunctionVersion;
  return versionOf(record, version);
}

/** The version a qualifier mainly leads to: what is told of it, and what is configured for it. */
export function mainVersion(record: FunctionRecord, qualifier: string): VersionConfig | undefined {
  return routed(record, qualifier, 1);
}

export function without<T>(all: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...rest } = all;
  return rest;
}
