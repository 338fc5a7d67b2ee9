import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../package-root.js';
import { type DeploySettings, deploySettings } from '../project/deploy-settings.js';
import { readLayer } from '../project/layer.js';
import { projectWith } from '../project/project.fixture.js';
import { deployerPolicy } from './print-policy.js';

const ACCOUNT = { partition: 'aws', id: '123456789012', region: 'eu-central-1' };
const PLACE = { source: 'file', file: 'CargoLambda.toml', directory: '/p', table: '' } as const;
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:orders';

function settings(deploy: object): DeploySettings {
  const { values } = readLayer({ deploy }, PLACE).sections.deploy;
  const [target] = projectWith([{ settings: { deploy: values } }]).functions;
  if (!target) throw new Error('no function');
  return deploySettings(target);
}

interface Grant {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

function grants(...all: object[]): Map<string, Grant> {
  const { Statement } = JSON.parse(deployerPolicy(all.map(settings), ACCOUNT)) as { Statement: Grant[] };
  return new Map(Statement.map((one) => [one.Sid, one]));
}

/** With all that a project can want. */
const ALL = [
  {
    s3_bucket: 'b',
    s3_create: true,
    event_sources: [{ arn: QUEUE }],
    schedules: [{ name: 'n', expression: 'rate(1 hour)' }],
    canary: '10%/1m',
    smoke_test: 'x.json',
    subnet_ids: ['s'],
    security_group_ids: ['g'],
  },
  { extension: true, name: 'traces' },
];

describe('the policy of whoever deploys', () => {
  it('is on the function’s own resources, for a plain function', () => {
    const of = grants({});
    expect([...of.keys()]).toEqual([
      'Identity',
      'Functions',
      'ListEventSources',
      'Roles',
      'PassRoles',
      'ListLogGroups',
      'LogGroups',
      'ListRules',
    ]);
    const fn = 'arn:aws:lambda:eu-central-1:123456789012:function:hello';
    expect(of.get('Functions')?.Resource).toEqual([fn, `${fn}:*`]);
    expect(of.get('PassRoles')).toMatchObject({
      Resource: ['arn:aws:iam::123456789012:role/crablet-hello-eu-central-1'],
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    });
  });

  it.each<[string, object, string, readonly string[]]>([
    ['a given role', { role: 'mine' }, 'PassRoles', ['arn:aws:iam::123456789012:role/mine']],
    ['a bucket', { s3_bucket: 'b' }, 'Uploads', ['arn:aws:s3:::b/hello/*']],
    ['a folder of a bucket', { s3_bucket: 'b', s3_prefix: 'p' }, 'Uploads', ['arn:aws:s3:::b/p/hello/*']],
    ['a key of a bucket', { s3_bucket: 'b', s3_key: 'k' }, 'Uploads', ['arn:aws:s3:::b/k']],
    [
      'a bucket that may be made',
      { s3_create: true },
      'MakeBuckets',
      ['arn:aws:s3:::crablet-123456789012-eu-central-1'],
    ],
    [
      'schedules',
      { schedules: [{ name: 'n', expression: 'rate(1 hour)' }] },
      'Rules',
      ['arn:aws:events:eu-central-1:123456789012:rule/hello.*'],
    ],
    ['layers', { layers: ['arn:layer:1'] }, 'Layers', ['arn:layer:1']],
    [
      'a smoke test',
      { smoke_test: 'x.json' },
      'SmokeTests',
      ['arn:aws:lambda:eu-central-1:123456789012:function:hello:*'],
    ],
    [
      'an extension',
      { extension: true },
      'Extensions',
      [
        'arn:aws:lambda:eu-central-1:123456789012:layer:hello',
        'arn:aws:lambda:eu-central-1:123456789012:layer:hello:*',
      ],
    ],
  ])('has what %s needs, and only then', (_, deploy, sid, resources) => {
    expect(grants(deploy).get(sid)?.Resource).toEqual(resources);
    if (sid !== 'PassRoles') expect(grants({}).has(sid)).toBe(false);
  });

  it('is on the log group that is named', () => {
    const plain = settings({});
    const own = { ...plain, logging: { ...plain.logging, logGroup: '/mine' } };
    expect(deployerPolicy([own], ACCOUNT)).toContain(
      '"arn:aws:logs:eu-central-1:123456789012:log-group:/mine:*"',
    );
  });

  it('names resources once, of all functions', () => {
    const { Resource = [] } =
      grants({ role: 'mine' }, { name: 'other', role: 'mine' }).get('PassRoles') ?? {};
    expect(Resource).toEqual(['arn:aws:iam::123456789012:role/mine']);
  });

  // A call that is added to the adapters, and not to the policy, would be refused to whoever follows it.
  it('has an action for each call that the adapters make', () => {
    const folder = join(packageRoot(), 'src/aws/deploy');
    // Measurements, and the account's own limits, are of other commands.
    const files = readdirSync(folder).filter((file) => !/\.test\.ts$|^measure\.ts$/.test(file));
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const calls = [...text.matchAll(/new (?:sdk\.)?(\w+)Command\(/g)].map(([, name = '']) => name);
    const pages = [...text.matchAll(/\bpaginate(\w+)\(/g)].map(([, name = '']) => name);
    const actions = new Set(
      [...grants(...ALL).values()].flatMap(({ Action }) => Action.map((one) => one.split(':')[1])),
    );
    const made = [...new Set([...calls, ...pages])];
    expect(made.length).toBeGreaterThan(50);
    expect(made.filter((call) => !actions.has(ACTIONS[call] ?? call))).toEqual([]);
  });
});

/** Actions that are not called as their calls are (service authorization reference, Amazon S3 and AWS Lambda). */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadBucket: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadObject: 'GetObject',
  Invoke: 'InvokeFunction',
  DeleteObjects: 'DeleteObject',
};
