import { externalRuntime } from '../local/external-runtime.js';
import { createLocalLambda, type LocalLambda } from '../local/local-lambda.js';
import type { Project } from '../project/project.js';
import { serviceOptions } from './definitions.js';
import { announce } from './local-file.js';
import { functionsOf } from './members.js';
import type { WatchOptions } from './options.js';

/** What a function that is started elsewhere needs in its environment. */
export type Variables = Readonly<Record<string, string>>;

export interface ApisOnly {
  readonly lambda: LocalLambda;
  close(): Promise<void>;
}

/** A breakpoint may take its time: nobody is timed out whose function is being debugged. */
const A_DAY_SECONDS = 86_400;

/**
 * Serves the APIs for functions that somebody else starts, such as a debugger. Each function has one environment,
 * whose Runtime API keeps its port, so that a launch configuration stays right.
 * @param onVariables told for each function, and again should its runtime come back
 */
export async function serveApisOnly(
  project: Project,
  options: WatchOptions,
  onVariables: (functionName: string, variables: Variables) => void,
): Promise<ApisOnly> {
  const service = serviceOptions(project, options);
  const lambda = await createLocalLambda({
    ...service,
    // Whoever starts the function starts its extensions, too.
    functions: service.functions.map((definition) => ({
      ...definition,
      timeoutSeconds: A_DAY_SECONDS,
      layers: [],
      extensions: [],
    })),
    isolation: externalRuntime((env) => onVariables(env['AWS_LAMBDA_FUNCTION_NAME'] ?? '', needed(env))),
    initLimitMs: Number.POSITIVE_INFINITY,
    runtimePort: service.port === 0 ? 0 : (service.port ?? 0) + 1,
  });
  const functions = lambda.functionNames().map((name) => ({ name, url: lambda.urlOf(name) }));
  options.onEvent({ type: 'serving', url: lambda.url, functions });
  for (const { name, packageRoot } of functionsOf(project)) {
    lambda.update(name, { bootstrap: '', taskRoot: packageRoot }, { warmUp: true });
  }
  const announcement = await announce(project.targetDirectory, lambda, lambda.functionNames());
  return {
    lambda,
    async close() {
      await lambda.close();
      await announcement.takeBack();
    },
  };
}

/** In somebody's own shell these are the shell's to say: it would not find its programs any more. */
const OF_THE_SHELL = new Set(['PATH', 'LD_LIBRARY_PATH', 'LANG', 'TZ', 'TMPDIR']);

function needed(env: Variables): Variables {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !OF_THE_SHELL.has(name) && !/KEY|TOKEN|XRAY/.test(name)),
  );
}
