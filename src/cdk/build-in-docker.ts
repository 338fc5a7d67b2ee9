import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { BundlingFileAccess, DockerImage, type DockerVolume } from 'aws-cdk-lib';
import type { BundleRequest } from './bundle-request.js';
import type { Complaint } from './construct-error.js';
import { hashOf } from './content-hash.js';
import { dockerCommand, INPUT, inContainer, mountRoot, OUTPUT } from './docker-command.js';
import { copyIntoVolumes } from './docker-volumes.js';
import { storeIn } from './stored.js';

const IMAGE = 'ghcr.io/cargo-lambda/cargo-lambda';
/** Cargo's downloads of all containers of a workspace; its programs stay where the image has them. */
const CARGO_HOME = '/cargo-home';

/** Whether a container of its own builds a request: it may put anything into its output folder. */
export function needsOwnContainer({ bundling }: BundleRequest): boolean {
  const { commandHooks, dockerOptions } = bundling;
  return (
    commandHooks !== undefined ||
    dockerOptions?.command !== undefined ||
    dockerOptions?.entrypoint !== undefined
  );
}

/** Builds all requests of a group in one container; returns the folder that was made for each. */
export function buildInDocker(
  group: readonly BundleRequest[],
  env: NodeJS.ProcessEnv,
): Complaint | { readonly folders: ReadonlyMap<BundleRequest, string> } {
  const first = group[0]!;
  const isAlone = needsOwnContainer(first);
  const output = join(
    storeIn(first.targetDirectory),
    'docker',
    hashOf(group.map(({ hash }) => hash)).slice(0, 16),
  );
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const failed = runContainer(first, dockerCommand(group, isAlone), output, env);
  if (failed) return failed;
  const folderOf = (one: BundleRequest) => {
    const own = join(output, one.binary.name);
    return one.kind === 'function' && !isAlone && existsSync(own) ? own : output;
  };
  return { folders: new Map(group.map((one) => [one, folderOf(one)])) };
}

function runContainer(
  one: BundleRequest,
  command: string[],
  output: string,
  env: NodeJS.ProcessEnv,
): Complaint | undefined {
  const { dockerImage, dockerOptions = {}, environment } = one.bundling;
  const root = mountRoot(one);
  const image = dockerImage ?? DockerImage.fromRegistry(IMAGE);
  const cache = join(storeIn(one.targetDirectory), 'docker', 'cargo-home');
  mkdirSync(cache, { recursive: true });
  const copies =
    dockerOptions.bundlingFileAccess === BundlingFileAccess.VOLUME_COPY
      ? copyIntoVolumes({ root, output, user: userOf(dockerOptions.user), env })
      : undefined;
  const mounted: DockerVolume[] = copies?.volumes ?? [
    { hostPath: root, containerPath: INPUT },
    { hostPath: output, containerPath: OUTPUT },
    { hostPath: cache, containerPath: CARGO_HOME },
  ];
  try {
    image.run({
      command: dockerOptions.command ?? command,
      volumes: [...mounted, ...(dockerOptions.volumes ?? [])],
      environment: {
        ...(copies ? {} : { CARGO_HOME, CARGO_TARGET_DIR: targetInContainer(one, root) }),
        // The check of the result is crablet's; the container only compiles.
        ...environment,
      },
      workingDirectory: dockerOptions.workingDirectory ?? inContainer(one.workspaceRoot, root),
      user: userOf(dockerOptions.user),
      platform: one.architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
      ...defined({
        entrypoint: dockerOptions.entrypoint,
        volumesFrom: dockerOptions.volumesFrom,
        securityOpt: dockerOptions.securityOpt,
        network: dockerOptions.network,
      }),
    });
    copies?.fetchOutput();
    return undefined;
  } catch (error) {
    return notBuilt(one, image, error);
  } finally {
    copies?.remove();
  }
}

/** A target folder of the containers' own: what is made for build scripts there does not run here. */
function targetInContainer({ targetDirectory, workspaceRoot }: BundleRequest, root: string): string {
  const folder = targetDirectory.startsWith(root) ? targetDirectory : join(workspaceRoot, 'target');
  return `${inContainer(folder, root)}/lambda/.cdk/docker/target`;
}

function userOf(given: string | undefined): string {
  if (given !== undefined) return given;
  const { uid, gid } = userInfo();
  return uid === -1 ? '1000:1000' : `${uid}:${gid}`;
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function notBuilt({ binary }: BundleRequest, image: DockerImage, error: unknown): Complaint {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return {
    what: `${binary.name} could not be built in a container of ${image.image}: ${line}`,
    fix: 'Mend what is told above; without forcedDockerBundling it is built on this machine, where Rust is installed.',
  };
}
