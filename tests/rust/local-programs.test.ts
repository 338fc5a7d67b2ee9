import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { serveReal } from '../support/functions.js';
import { temporaryFolder } from '../support/processes.js';
import { awsEnvironment, type ProgramRun, runProgram } from '../support/programs.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

/** The programs that people use: the `aws` command, boto3, curl. */

const built = inject('functions');
const serve = (...names: string[]): Promise<LocalLambda> =>
  serveReal({ functions: names.map((name) => ({ name, bootstrap: built[name]! })) });

const awsProgram = pythonClient('aws');
const pythonProgram = pythonClient('python');

describe.skipIf(awsProgram === undefined)(
  `the aws command${awsProgram ? '' : `: ${WITHOUT_PYTHON_CLIENTS}`}`,
  () => {
    async function aws(service: LocalLambda, ...args: string[]): Promise<ProgramRun & { file: string }> {
      const folder = temporaryFolder();
      const out = join(folder.path, 'out.json');
      const run = await runProgram(awsProgram!, ['lambda', 'invoke', ...args, out], {
        env: awsEnvironment(service.url),
      });
      const file = run.code === 0 ? readFileSync(out, 'utf8') : '';
      folder.remove();
      return { ...run, file };
    }

    it('invokes', async () => {
      const service = await serve('event-echo');
      const run = await aws(
        service,
        '--function-name',
        'event-echo',
        '--payload',
        '{"a":"ü"}',
        '--log-type',
        'Tail',
      );
      expect(run.stderr).toBe('');
      expect(JSON.parse(run.stdout)).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(JSON.parse(run.file)).toMatchObject({ event: { a: 'ü' } });
      const log = Buffer.from(JSON.parse(run.stdout).LogResult, 'base64').toString();
      expect(log).toMatch(/^START .*\ngot .*\nEND .*\nREPORT /);
    });

    it('invokes without waiting', async () => {
      const service = await serve('event-echo');
      const run = await aws(service, '--function-name', 'event-echo', '--invocation-type', 'Event');
      expect([run.code, JSON.parse(run.stdout), run.file]).toEqual([0, { StatusCode: 202 }, '']);
    });

    it('shows a function error', async () => {
      const service = await serve('failing');
      const run = await aws(service, '--function-name', 'failing', '--payload', '{"mode":"exit","status":3}');
      expect(JSON.parse(run.stdout)).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
      expect(JSON.parse(run.file)).toMatchObject({ errorType: 'Runtime.ExitError' });
    });

    it('shows a refusal with its name', async () => {
      const service = await serve('event-echo');
      const run = await aws(service, '--function-name', 'nobody');
      expect(run.code).not.toBe(0);
      expect(run.stderr).toContain(
        '(ResourceNotFoundException) when calling the Invoke operation: Function not found: ',
      );
    });
  },
);

describe.skipIf(pythonProgram === undefined)(
  `boto3${pythonProgram ? '' : `: ${WITHOUT_PYTHON_CLIENTS}`}`,
  () => {
    const PRELUDE = `
import base64, boto3, json
from botocore.config import Config
lambda_ = boto3.client('lambda', config=Config(retries={'total_max_attempts': 1}))
def invoke(**input):
    answer = lambda_.invoke(**input)
    payload = answer['Payload'].read().decode()
    return {
        'status': answer['StatusCode'],
        'version': answer.get('ExecutedVersion'),
        'error': answer.get('FunctionError'),
        'log': base64.b64decode(answer.get('LogResult', '')).decode(),
        'payload': json.loads(payload) if payload else None,
    }
def raised(**input):
    try:
        lambda_.invoke(**input)
    except lambda_.exceptions.ClientError as error:
        answer = error.response
        return [type(error).__name__, answer['ResponseMetadata']['HTTPStatusCode'], answer['Error']['Message']]
`;

    async function python(service: LocalLambda, source: string): Promise<unknown> {
      const run = await runProgram(pythonProgram!, ['-'], {
        env: awsEnvironment(service.url),
        input: `${PRELUDE}\nprint(json.dumps(${source}))`,
      });
      expect(run.stderr).toBe('');
      return JSON.parse(run.stdout);
    }

    it('invokes in every way', async () => {
      const service = await serve('event-echo');
      const context = `base64.b64encode(b'{"custom":{"k":"v"}}').decode()`;
      const answers = await python(
        service,
        `[
        invoke(FunctionName='event-echo', Payload=b'{"a":1}', LogType='Tail', ClientContext=${context}),
        invoke(FunctionName='event-echo', Qualifier='$LATEST'),
        invoke(FunctionName='event-echo', InvocationType='Event'),
        invoke(FunctionName='event-echo', InvocationType='DryRun'),
      ]`,
      );
      expect(answers).toMatchObject([
        {
          status: 200,
          version: '$LATEST',
          error: null,
          log: expect.stringMatching(/^START .*\ngot .*\nEND /),
          payload: { event: { a: 1 }, clientContext: { custom: { k: 'v' } } },
        },
        { status: 200, payload: { event: {}, arn: expect.stringMatching(/:event-echo:\$LATEST$/) } },
        { status: 202, version: null, payload: null },
        { status: 204, version: null, payload: null },
      ]);
    });

    it('knows a function error', async () => {
      const service = await serve('failing');
      expect(
        await python(service, `invoke(FunctionName='failing', Payload=b'{"mode":"err"}')`),
      ).toMatchObject({
        status: 200,
        error: 'Unhandled',
        payload: { errorMessage: 'some_error_msg' },
      });
    });

    it('raises its own exceptions', async () => {
      const service = await serve('event-echo');
      const told = await python(
        service,
        `[raised(FunctionName='nobody'), raised(FunctionName='event-echo', Payload=b'{')]`,
      );
      expect(told).toEqual([
        ['ResourceNotFoundException', 404, expect.stringContaining('Function not found: ')],
        [
          'InvalidRequestContentException',
          400,
          expect.stringContaining('Could not parse request body into json'),
        ],
      ]);
    });

    it('reads a response stream', async () => {
      const service = await serve('streaming-events');
      const events = (await python(
        service,
        `[
        event['PayloadChunk']['Payload'].decode() if 'PayloadChunk' in event else event
        for event in lambda_.invoke_with_response_stream(FunctionName='streaming-events', Payload=b'{"chunks":3}')['EventStream']
      ]`,
      )) as (string | object)[];
      expect(events.at(-1)).toEqual({ InvokeComplete: {} });
      expect(events.slice(0, -1).join('')).toMatch(/\0{8}line 1\nline 2\nline 3\n$/);
    });
  },
);

describe('curl', () => {
  it('posts to the Invoke API and gets a URL', async () => {
    const service = await serve('http-echo');
    const run = await runProgram('curl', ['-sS', '-i', '-X', 'POST', '-d', 'a=1', `${service.url}/form?x=y`]);
    expect(run.stderr).toBe('');
    const [head, body] = run.stdout.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 201 /);
    // A form is no text to AWS: it arrives as base64, which lambda_http undoes.
    expect(JSON.parse(body!)).toMatchObject({
      method: 'POST',
      path: '/form',
      query: { x: 'y' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: [...Buffer.from('a=1')],
    });
  });

  it('reads a stream as it comes', async () => {
    const service = await serve('chunks');
    const run = await runProgram('curl', ['-sS', '-N', `${service.url}/?chunks=4`]);
    expect(run).toMatchObject({ code: 0, stdout: 'chunk 1\nchunk 2\nchunk 3\nchunk 4\n' });
  });
});
