import { spawn } from 'node:child_process';
import { describe, expect, inject, it } from 'vitest';
import type { FunctionDefinition, LocalLambda } from '../../src/local/local-lambda.js';
import { invoke, serveReal } from '../support/functions.js';
import { withoutNumbers } from '../support/log-lines.js';
import { awsSecondVersion } from '../support/logs-clients.js';
import { awsEnvironment, runProgram } from '../support/programs.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

/** The tools that people read their logs with, against functions made with the official crates. */

const built = inject('functions');
const GROUP = '/aws/lambda/logging';
const ARN = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`;

async function serve(settings: Partial<FunctionDefinition> = {}): Promise<LocalLambda> {
  return serveReal({ functions: [{ name: 'logging', bootstrap: built['logging']!, ...settings }] });
}

/** Comes back when its lines are in the log. */
async function log(service: LocalLambda, say: string): Promise<void> {
  const headers = { 'X-Amz-Log-Type': 'Tail' };
  const answer = await invoke(service, JSON.stringify({ say }), { name: 'logging', headers });
  expect(answer.text).toBe('"logged"');
}

const environment = (service: LocalLambda): NodeJS.ProcessEnv => ({
  ...awsEnvironment(service.url),
  AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  // Else it keeps to itself what it would show a person at once.
  PYTHONUNBUFFERED: '1',
});

/** A program that runs until it is interrupted; what it has written can be waited for. */
function follow(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let look = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += String(chunk);
      look();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    /** Resolves to all that has been written, once this is in it. */
    until: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        look = () => pattern.test(text) && resolve(text);
        void ended.then(() => reject(new Error(`ended without ${pattern}:\n${text}`)));
        look();
      }),
    async interrupt() {
      child.kill('SIGINT');
      return ended;
    },
  };
}

const awsProgram = pythonClient('aws');

describe.skipIf(awsProgram === undefined)(
  `the aws command${awsProgram ? '' : `: ${WITHOUT_PYTHON_CLIENTS}`}`,
  () => {
    async function aws(service: LocalLambda, ...args: string[]) {
      const options = ['--endpoint-url', service.url, '--output', 'json'];
      const run = await runProgram(awsProgram!, ['logs', ...args, ...options], { env: environment(service) });
      return { ...run, json: () => JSON.parse(run.stdout) as Record<string, Record<string, string>[]> };
    }

    it('finds groups, streams and events', async () => {
      const service = await serve();
      await log(service, 'plain text');
      const { logGroups } = (await aws(service, 'describe-log-groups')).json();
      expect(logGroups).toMatchObject([{ logGroupName: GROUP, arn: `${ARN}:*`, logGroupArn: ARN }]);
      const { logStreams } = (await aws(service, 'describe-log-streams', '--log-group-name', GROUP)).json();
      const stream = logStreams![0]!['logStreamName']!;
      const { events } = (
        await aws(service, 'get-log-events', '--log-group-name', GROUP, '--log-stream-name', stream)
      ).json();
      expect(withoutNumbers(events!.map((event) => event['message']).join(''))).toMatch(
        /^INIT_START .*\nSTART RequestId: ID Version: \$LATEST\n(.*INFO.*an info line\n)(.*WARN.*a warning\n)(.*ERROR.*an error.*\n)plain text\nEND RequestId: ID\nREPORT RequestId: ID\t.*\t\n$/,
      );
    });

    it('filters, in as many pages as it likes', async () => {
      const service = await serve({ logFormat: 'JSON' });
      for (const say of ['one', 'two', 'three']) await log(service, say);
      const filter = async (...args: string[]) =>
        (await aws(service, 'filter-log-events', '--log-group-name', GROUP, ...args))
          .json()
          ['events']!.map((event) => event['message']!.trim());
      expect(await filter('--filter-pattern', '?one ?three')).toEqual(['one', 'three']);
      expect(await filter('--filter-pattern', '%^t[wh]%', '--page-size', '1')).toEqual(['two', 'three']);
      const errors = await filter('--filter-pattern', '{ $.level = "ERROR" && $.fields.code = 42 }');
      expect(errors.map((line) => JSON.parse(line).fields.message)).toEqual(Array(3).fill('an error'));
      const reports = await filter('--filter-pattern', '{ $.type = "platform.report" }', '--page-size', '2');
      expect(reports.map((line) => JSON.parse(line).record.status)).toEqual(Array(3).fill('success'));
    });

    it('shows a refusal in AWS’s words', async () => {
      const service = await serve();
      const run = await aws(service, 'filter-log-events', '--log-group-name', '/nobody');
      expect(run.code).not.toBe(0);
      expect(run.stderr).toContain(
        'An error occurred (ResourceNotFoundException) when calling the FilterLogEvents operation: The specified log group does not exist.',
      );
    });

    it('tails live', async () => {
      const service = await serve();
      const args = ['logs', 'start-live-tail', '--log-group-identifiers', ARN, '--endpoint-url', service.url];
      const tail = follow(awsProgram!, args, environment(service));
      // It says nothing when it has begun: one of these comes after that.
      let heard = false;
      const shown = tail.until(/said \d+/).then(() => {
        heard = true;
      });
      for (let at = 0; !heard; at += 1) {
        await log(service, `said ${at}`);
        await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 100))]);
      }
      expect(await tail.until(/REPORT RequestId: .*\t/)).toMatch(/said \d+\n/);
      await tail.interrupt();
    });
  },
);

const second = awsSecondVersion();

describe.skipIf(second === undefined)(
  `aws logs tail${second ? '' : ': only the second version of the aws command has it (Debian: awscli)'}`,
  () => {
    const args = (service: LocalLambda, ...more: string[]) => [
      'logs',
      'tail',
      GROUP,
      '--endpoint-url',
      service.url,
      ...more,
    ];

    it('shows what is there', async () => {
      const service = await serve();
      await log(service, 'there already');
      const run = await runProgram(second!, args(service, '--format', 'short'), {
        env: environment(service),
      });
      expect(run.stderr).toBe('');
      expect(run.stdout).toMatch(
        /^\S+ INIT_START .*\n\S+ START RequestId: [\s\S]*\n\S+ there already\n[\s\S]*REPORT /,
      );
    });

    it('follows, across environments, each line once', async () => {
      const service = await serve();
      const tail = follow(second!, args(service, '--follow'), environment(service));
      await log(service, 'first said');
      await tail.until(/first said\n[\s\S]*REPORT .*\n/);
      service.update('logging', { bootstrap: built['logging']!, taskRoot: '/' });
      await log(service, 'then said');
      const text = await tail.until(/then said\n[\s\S]*REPORT .*\n/);
      expect(text.match(/(first|then) said/g)).toEqual(['first said', 'then said']);
      expect(text.match(/INIT_START/g)).toHaveLength(2);
      await tail.interrupt();
    });
  },
);

const pythonProgram = pythonClient('python');

describe.skipIf(pythonProgram === undefined)(
  `boto3${pythonProgram ? '' : `: ${WITHOUT_PYTHON_CLIENTS}`}`,
  () => {
    async function python(service: LocalLambda, source: string): Promise<unknown> {
      const run = await runProgram(pythonProgram!, ['-'], {
        env: {
          ...environment(service),
          AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: service.url,
          AWS_ENDPOINT_URL: service.url,
        },
        input: `import boto3, json\nlogs = boto3.client('logs')\nGROUP = '${GROUP}'\nARN = '${ARN}'\n${source}`,
      });
      expect(run.stderr).toBe('');
      return JSON.parse(run.stdout);
    }

    it('pages through everything there is', async () => {
      const service = await serve();
      await log(service, 'one');
      await log(service, 'two');
      const told = await python(
        service,
        `
def pages(operation, key, **input):
    paginator = logs.get_paginator(operation)
    return [one for page in paginator.paginate(PaginationConfig={'PageSize': 1}, **input) for one in page[key]]
stream = pages('describe_log_streams', 'logStreams', logGroupIdentifier=ARN)[0]['logStreamName']
forward, token = [], None
while True:
    more = {'nextToken': token} if token else {}
    page = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=2, startFromHead=True, **more)
    if page['nextForwardToken'] == token: break
    token = page['nextForwardToken']
    forward += [event['message'] for event in page['events']]
filtered = pages('filter_log_events', 'events', logGroupName=GROUP)
print(json.dumps({
    'groups': [group['logGroupName'] for group in pages('describe_log_groups', 'logGroups')],
    'forward': forward,
    'filtered': [event['message'] for event in filtered],
    'ids': len(set(event['eventId'] for event in filtered)),
}))`,
      );
      const { groups, forward, filtered, ids } = told as Record<string, string[]>;
      expect(groups).toEqual([GROUP]);
      expect(forward).toContain('one\n');
      expect(forward).toContain('two\n');
      expect(filtered).toEqual(forward);
      expect(ids).toBe(filtered!.length);
    });

    it('reads a Live Tail session', async () => {
      const service = await serve();
      const told = await python(
        service,
        `
lambda_ = boto3.client('lambda')
stream = logs.start_live_tail(logGroupIdentifiers=[ARN], logEventFilterPattern='"one line"')['responseStream']
events, found = iter(stream), []
start = next(events)['sessionStart']
lambda_.invoke(FunctionName='logging', Payload=json.dumps({'say': 'one line'}))
while not found:
    found = next(events)['sessionUpdate']['sessionResults']
stream.close()
print(json.dumps([start['logGroupIdentifiers'], found[0]['message'], found[0]['logGroupIdentifier']]))`,
      );
      expect(told).toEqual([[ARN], 'one line\n', ARN]);
    });

    it('raises its own exceptions', async () => {
      const service = await serve();
      const told = await python(
        service,
        `
def raised(call, **input):
    try:
        call(**input)
    except logs.exceptions.ClientError as error:
        return [type(error).__name__, error.response['Error']['Message']]
print(json.dumps([
    raised(logs.get_log_events, logGroupName=GROUP, logStreamName='nobody'),
    raised(logs.filter_log_events, logGroupName=GROUP, filterPattern='{'),
    raised(logs.create_log_group, logGroupName='/new'),
    raised(logs.create_log_group, logGroupName='/new'),
    raised(logs.tag_log_group, logGroupName='/new', tags={'a': 'b'}),
]))`,
      );
      expect(told).toEqual([
        ['ResourceNotFoundException', 'The specified log stream does not exist.'],
        ['InvalidParameterException', "If a filter pattern starts with '{' it must end with '}'"],
        null,
        ['ResourceAlreadyExistsException', 'The specified log group already exists'],
        ['ClientError', expect.stringContaining('has no TagLogGroup')],
      ]);
    });
  },
);
