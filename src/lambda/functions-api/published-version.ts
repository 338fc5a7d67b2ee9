import type { VersionConfig } from './configuration.js';

/** A version of its own of what $LATEST is now. */
export function publishedConfig(
  latest: VersionConfig,
  version: number,
  description: string | undefined,
  RevisionId: string,
): VersionConfig {
  return {
    ...latest,
    Version: String(version),
    Description: description ?? latest.Description,
    latestDescription: latest.Description,
    RevisionId,
  };
}

/**
 * Whether there is nothing to publish: AWS compares code and configuration, not when they were changed. A description
 * is of the configuration, and the one that a version is given in its place is not (botocore, PublishVersion).
 */
export function isSameVersion(latest: VersionConfig, published: VersionConfig): boolean {
  const { latestDescription = latest.Description } = published;
  return comparable(latest) === comparable({ ...published, Description: latestDescription });
}

function comparable(config: VersionConfig): string {
  const { Version: _, RevisionId: __, LastModified: ___, latestDescription: ____, ...rest } = config;
  const { state: _____, stateReason: ______, update: _______, updateReason: ________, ...what } = rest;
  return JSON.stringify(Object.entries(what).sort(([a], [b]) => (a < b ? -1 : 1)));
}
