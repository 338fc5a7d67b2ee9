import { Agent } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningCli, startCli } from '../support/cli.js';
import { type HttpAnswer, http } from '../support/http.js';
import { type FunctionProject, functionProject } from '../support/project.js';

let project: FunctionProject;
const running: RunningCli[] = [];

beforeEach(async () => {
  project = await functionProject();
});

afterEach(async () => {
  for (const cli of running.splice(0)) await cli.interrupt();
  await project.remove();
});

interface ApisOnly {
  readonly url: string;
  readonly variables: Readonly<Record<string, string>>;
}

async function serveApis(): Promise<ApisOnly> {
  const cli = startCli(['watch', '--only-lambda-apis', '--invoke-port', '0'], {
    cwd: project.folder,
    env: project.env,
  });
  running.push(cli);
  const [, url = ''] = await cli.until(/serves 1 function at (\S+)/);
  await cli.until(/^export _HANDLER=.*$/m, 'stdout');
  const lines = cli.text.stdout.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm);
  return { url, variables: Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value])) };
}

/** What a runtime under a debugger does: one connection, kept until it is ended. */
class Attached {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  constructor(private readonly address: string) {}

  next(): Promise<HttpAnswer> {
    return http(`http://${this.address}/2018-06-01/runtime/invocation/next`, { agent: this.agent });
  }

  respond(event: HttpAnswer, body: string): Promise<HttpAnswer> {
    const id = event.headers['lambda-runtime-aws-request-id'];
    const url = `http://${this.address}/2018-06-01/runtime/invocation/${id}/response`;
    return http(url, { agent: this.agent, method: 'POST', body });
  }

  end(): void {
    this.agent.destroy();
  }
}

describe('watch --only-lambda-apis', () => {
  it('prints what the runtime insists on, and leaves the shell its own', async () => {
    const { variables } = await serveApis();
    expect(variables).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'hello',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    for (const name of ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'AWS_SECRET_ACCESS_KEY']) {
      expect(variables).not.toHaveProperty(name);
    }
  });

  it('serves a function that comes late, goes, and comes back', async () => {
    const { url, variables } = await serveApis();
    const first = http(url);
    const runtime = new Attached(variables['AWS_LAMBDA_RUNTIME_API']!);
    await runtime.respond(await runtime.next(), '"one"');
    expect((await first).text).toBe('one');
    runtime.end();

    const second = http(url);
    const again = new Attached(variables['AWS_LAMBDA_RUNTIME_API']!);
    await again.respond(await again.next(), '"two"');
    expect((await second).text).toBe('two');
    again.end();
  });

  it('lets requests wait for one another rather than starting a second function', async () => {
    const { url, variables } = await serveApis();
    const runtime = new Attached(variables['AWS_LAMBDA_RUNTIME_API']!);
    const answers = Promise.all([http(url), http(url), http(url)]);
    for (let i = 0; i < 3; i += 1) await runtime.respond(await runtime.next(), '"served"');
    expect((await answers).map(({ text }) => text)).toEqual(['served', 'served', 'served']);
    runtime.end();
  });

  it('gives the caller an answer when the function dies over a request', async () => {
    const { url, variables } = await serveApis();
    const runtime = new Attached(variables['AWS_LAMBDA_RUNTIME_API']!);
    const polled = runtime.next();
    const answer = http(url);
    await polled;
    runtime.end();
    expect((await answer).status).toBe(502);
  });
});
