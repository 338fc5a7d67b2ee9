import { CloudError } from './cloud.js';
import type { Configuration, EventSettings, EventSource, Schedule, UrlSettings } from './configuration.js';
import type { ObservedPermission, ObservedRole } from './observed.js';

export interface ModelVersion {
  readonly version: string;
  readonly codeSha256: string;
  readonly configuration: Configuration;
  /** What `$LATEST` had when it was published. */
  readonly latestDescription: string;
}

export interface ModelAlias {
  version: string;
  weights: Readonly<Record<string, number>>;
  revision: number;
  url: UrlSettings | null;
  permissions: ObservedPermission[];
  events: EventSettings | null;
  provisioned: number | null;
}

export interface ModelFunction {
  codeSha256: string;
  configuration: Configuration;
  revision: number;
  tags: Record<string, string>;
  reserved: number | null;
  signing: string | null;
  versions: ModelVersion[];
  aliases: Map<string, ModelAlias>;
}

export const ACCOUNT = { partition: 'aws', id: '123456789012', region: 'eu-central-1' } as const;

/** All that there is on AWS, of one account and region. */
export class ModelState {
  readonly functions = new Map<string, ModelFunction>();
  readonly roles = new Map<string, ObservedRole>();
  readonly groups = new Map<string, { retention: number | null; tags: Record<string, string> }>();
  readonly buckets = new Map<string, Set<string>>();
  readonly mappings = new Map<string, EventSource & { aliasArn: string }>();
  readonly rules = new Map<string, Schedule & { target: { arn: string; input: string | null } | null }>();
  readonly layers = new Map<
    string,
    { codeSha256: string; description: string; runtimes: readonly string[]; architecture: string }[]
  >();
  private counter = 0;

  /** An id, or a revision, that there was not yet. */
  next(): string {
    this.counter += 1;
    return String(this.counter);
  }

  fn(name: string): ModelFunction {
    return found(this.functions.get(name));
  }

  aliasOf(name: string, alias: string): ModelAlias {
    return found(this.fn(name).aliases.get(alias));
  }
}

export function found<T>(one: T | null | undefined): T {
  if (one === null || one === undefined)
    throw refused('missing', 'The resource you requested does not exist.');
  return one;
}

export function refused(problem: CloudError['problem'], message: string): CloudError {
  return new CloudError(problem, message);
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:${ACCOUNT.region}:${ACCOUNT.id}:function:${name}`;
}
