import type { Home } from '../function-name.js';
import type { Statement } from './function-record.js';

/** One published version of a layer. */
export interface LayerVersion {
  readonly name: string;
  readonly version: number;
  readonly Description: string;
  readonly CreatedDate: string;
  readonly CodeSize: number;
  readonly CodeSha256: string;
  readonly CompatibleRuntimes?: readonly string[] | undefined;
  readonly CompatibleArchitectures?: readonly string[] | undefined;
  readonly LicenseInfo?: string | undefined;
  readonly statements: readonly Statement[];
  readonly policyRevision: string;
}

export function layerArn({ region, accountId }: Home, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:layer:${name}`;
}

export function layerVersionArn(home: Home, name: string, version: number): string {
  return `${layerArn(home, name)}:${version}`;
}
