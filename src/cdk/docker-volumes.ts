import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { DockerVolume } from 'aws-cdk-lib';
import { INPUT, OUTPUT } from './docker-command.js';

export interface CopiedVolumes {
  readonly volumes: DockerVolume[];
  fetchOutput(): void;
  remove(): void;
}

/**
 * For an engine that cannot see this machine's files (BundlingFileAccess.VOLUME_COPY): the sources are copied into a volume
 * before the build and the output out of one after it, through a container that only holds them, as the CDK does it.
 */
export function copyIntoVolumes(how: {
  readonly root: string;
  readonly output: string;
  readonly user: string;
  readonly env: NodeJS.ProcessEnv;
}): CopiedVolumes {
  const id = randomUUID().slice(0, 8);
  const [input, output, holder] = [`crablet-in-${id}`, `crablet-out-${id}`, `crablet-copy-${id}`];
  const remove = () => {
    tryDocker(['rm', '-f', holder], how.env);
    tryDocker(['volume', 'rm', '-f', input, output], how.env);
  };
  const mounts = ['-v', `${input}:${INPUT}`, '-v', `${output}:${OUTPUT}`];
  const own = `mkdir -p ${INPUT} ${OUTPUT} && chown -R ${how.user} ${INPUT} ${OUTPUT}`;
  try {
    docker(['volume', 'create', input], how.env);
    docker(['volume', 'create', output], how.env);
    docker(
      ['run', '--name', holder, ...mounts, 'public.ecr.aws/docker/library/alpine', 'sh', '-c', own],
      how.env,
    );
    docker(['cp', `${how.root}/.`, `${holder}:${INPUT}`], how.env);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    volumes: [
      { hostPath: input, containerPath: INPUT },
      { hostPath: output, containerPath: OUTPUT },
    ],
    fetchOutput: () => docker(['cp', `${holder}:${OUTPUT}/.`, how.output], how.env),
    remove,
  };
}

function docker(argv: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, error } = tryDocker(argv, env);
  if (status !== 0) throw new Error(`docker ${argv[0]} failed${error ? `: ${error.message}` : ''}`);
}

function tryDocker(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): { status: number | null; error?: Error } {
  return spawnSync(env['CDK_DOCKER'] || 'docker', argv, { env, stdio: ['ignore', 2, 2] });
}
