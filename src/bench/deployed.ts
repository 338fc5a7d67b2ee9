import type { Target } from './outcome.js';

/** What AWS says of a deployed function, as far as measuring it depends on it. */
export interface DeployedFacts {
  readonly functionName: string;
  readonly region: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly memoryMb: number;
  readonly runtime: string;
  readonly codeSha256: string;
  readonly codeBytes: number;
  readonly version: string;
  /** Undefined when we may not read it: it must not be written then. */
  readonly environment: Readonly<Record<string, string>> | undefined;
  /** What answered, where that is not AWS. */
  readonly endpoint?: string | undefined;
}

/** A deployed function: what is needed of AWS to measure and tune it; src/aws/deployed.ts does it. */
export interface Deployed {
  /** @param qualifier a version or an alias; $LATEST without it */
  facts(qualifier?: string): Promise<DeployedFacts>;
  /** Invocations are told of by their REPORT lines. */
  target(qualifier?: string): Target;
  /** Changes $LATEST and waits until it can be invoked. */
  configure(change: { memoryMb?: number; environment?: Readonly<Record<string, string>> }): Promise<void>;
  /** @returns the new version's number */
  publish(description: string): Promise<string>;
  /** Waits until the version can be invoked. */
  active(version: string): Promise<void>;
  deleteVersion(version: string): Promise<void>;
  close(): void;
}
