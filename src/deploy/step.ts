import type { Configuration, EventSettings, EventSource, Schedule, UrlSettings } from './configuration.js';
import type { Code } from './desired.js';

/**
 * One thing that a deploy does, as plain data: what a person reads, and the calls that make it so. Each call may be
 * made twice, and a deploy that ended between any two of them is completed by the next one.
 */
export interface Step {
  readonly id: StepId;
  /** A line without values: "create the role hello-eu-central-1". */
  readonly what: string;
  readonly why: string;
  readonly changes: readonly Change[];
  /** Takes something away that was in use: it is asked for in red. */
  readonly removes: boolean;
  readonly writes: readonly Write[];
}

export type StepId =
  | 'role'
  | 'log-group'
  | 'bucket'
  | 'upload'
  | 'create'
  | 'code'
  | 'configuration'
  | 'tags'
  | 'code-signing'
  | 'reserved-concurrency'
  | 'version'
  | 'alias'
  | 'url'
  | 'events'
  | 'provisioned-concurrency'
  | 'event-source'
  | 'schedule'
  | 'layer';

/** Texts, as they are shown; secrets are masked already. Null: not there. */
export interface Change {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One call to AWS that changes something. */
export type Write =
  | {
      readonly kind: 'create-role';
      readonly role: string;
      readonly trust: string;
      readonly permissionsBoundary: string | null;
      readonly tags: Tags;
    }
  | { readonly kind: 'update-role-trust'; readonly role: string; readonly trust: string }
  | {
      readonly kind: 'put-role-policy';
      readonly role: string;
      readonly policyName: string;
      readonly policy: string;
    }
  | { readonly kind: 'attach-role-policy'; readonly role: string; readonly policyArn: string }
  | { readonly kind: 'tag-role'; readonly role: string; readonly tags: Tags }
  /** Null takes it away. */
  | { readonly kind: 'put-role-boundary'; readonly role: string; readonly boundary: string | null }
  | { readonly kind: 'detach-role-policy'; readonly role: string; readonly policyArn: string }
  | { readonly kind: 'create-log-group'; readonly group: string; readonly tags: Tags }
  | { readonly kind: 'tag-log-group'; readonly arn: string; readonly tags: Tags }
  | { readonly kind: 'untag-log-group'; readonly arn: string; readonly keys: readonly string[] }
  | { readonly kind: 'put-retention'; readonly group: string; readonly days: number }
  | { readonly kind: 'delete-retention'; readonly group: string }
  | { readonly kind: 'create-bucket'; readonly bucket: string; readonly tags: Tags }
  | { readonly kind: 'put-object'; readonly bucket: string; readonly key: string; readonly code: Code }
  | {
      readonly kind: 'create-function';
      readonly function: string;
      readonly configuration: Configuration;
      readonly code: Code;
      readonly tags: Tags;
      readonly codeSigningConfigArn: string | null;
    }
  | { readonly kind: 'update-code'; readonly function: string; readonly code: Code }
  | {
      readonly kind: 'update-configuration';
      readonly function: string;
      /** Only what changes. */
      readonly change: Partial<Configuration>;
    }
  | { readonly kind: 'tag-function'; readonly arn: string; readonly tags: Tags }
  | { readonly kind: 'untag-function'; readonly arn: string; readonly keys: readonly string[] }
  | {
      readonly kind: 'put-code-signing';
      readonly function: string;
      /** Null takes it away. */
      readonly arn: string | null;
    }
  | { readonly kind: 'put-reserved-concurrency'; readonly function: string; readonly value: number | null }
  | {
      readonly kind: 'publish-version';
      readonly function: string;
      readonly codeSha256: string;
      readonly description: string;
    }
  /** To the version that this deploy has published, or that `version` names. */
  | {
      readonly kind: 'create-alias';
      readonly function: string;
      readonly alias: string;
      readonly version: string | null;
    }
  | {
      readonly kind: 'move-alias';
      readonly function: string;
      readonly alias: string;
      readonly version: string | null;
      /** The part of the calls that a second version gets; empty to end that. */
      readonly weights: Readonly<Record<string, number>>;
      /** As it was seen when the plan was made: a second deployer's move in between is refused. */
      readonly revision: string;
    }
  | ({ readonly kind: 'create-url'; readonly settings: UrlSettings } & OfAlias)
  | ({ readonly kind: 'update-url'; readonly settings: UrlSettings } & OfAlias)
  | ({ readonly kind: 'delete-url' } & OfAlias)
  | ({ readonly kind: 'add-permission'; readonly statement: Statement } & OfAlias)
  | ({ readonly kind: 'remove-permission'; readonly id: string } & OfAlias)
  | ({ readonly kind: 'put-events'; readonly settings: EventSettings } & OfAlias)
  | ({ readonly kind: 'delete-events' } & OfAlias)
  /** Null takes it away. */
  | ({ readonly kind: 'put-provisioned-concurrency'; readonly value: number | null } & OfAlias)
  | {
      readonly kind: 'create-event-source';
      readonly aliasArn: string;
      readonly source: EventSource;
      readonly tags: Tags;
    }
  | {
      readonly kind: 'update-event-source';
      readonly uuid: string;
      readonly source: EventSource;
      /** The mapping has a destination, and is to have none. */
      readonly dropsDestination: boolean;
    }
  | { readonly kind: 'delete-event-source'; readonly uuid: string }
  | {
      readonly kind: 'put-rule';
      readonly rule: string;
      readonly schedule: Schedule;
      readonly tags: Tags;
    }
  | {
      readonly kind: 'put-rule-target';
      readonly rule: string;
      readonly aliasArn: string;
      readonly input: string | null;
    }
  | { readonly kind: 'remove-rule-target'; readonly rule: string }
  | { readonly kind: 'delete-rule'; readonly rule: string }
  | {
      readonly kind: 'publish-layer';
      readonly layer: string;
      readonly code: Code;
      readonly description: string;
      readonly compatibleRuntimes: readonly string[];
    };

export type WriteOf<K extends Write['kind']> = Extract<Write, { readonly kind: K }>;

export type Tags = Readonly<Record<string, string>>;

export interface OfAlias {
  readonly function: string;
  readonly alias: string;
}

/** A statement of an alias's policy: who may call it. The id is fixed, so that it is found again. */
export interface Statement {
  readonly id: string;
  readonly action: 'lambda:InvokeFunctionUrl' | 'lambda:InvokeFunction';
  readonly principal: string;
  readonly sourceArn: string | null;
  readonly urlAuth: 'NONE' | 'AWS_IAM' | null;
  readonly viaUrlOnly: boolean;
}
