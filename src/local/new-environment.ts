import { ConcurrentEnvironment } from './concurrent-environment.js';
import { Environment } from './environment.js';
import type { EnvironmentBase } from './environment-base.js';
import type { Artifact } from './environment-process.js';
import type { FunctionSettings } from './function-settings.js';
import type { Owner } from './owner.js';
import type { Service } from './service.js';

/**
 * Makes an environment. It takes a folder, and where it is isolated more than that: when this machine has none left (a
 * full disk, no more files or control groups), that is told in the system's words, and ends nobody else's work.
 */
export function newEnvironment(
  service: Service,
  settings: FunctionSettings,
  owner: Owner,
  artifact: Artifact,
  number: number,
): EnvironmentBase | string {
  try {
    const { logStream, tmp, endpoint } = service.placeFor(settings, number);
    const Kind = owner.maxConcurrency > 1 ? ConcurrentEnvironment : Environment;
    const environment = new Kind(owner, artifact, number, logStream, tmp, endpoint);
    service.connected(endpoint, environment);
    return environment;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return message;
  }
}
