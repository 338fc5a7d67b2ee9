import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { deploySettings } from '../project/deploy-settings.js';
import { readLayer } from '../project/layer.js';
import { projectWith } from '../project/project.fixture.js';
import { desire, type Wish } from './desire.js';
import { sha256 } from './desired.fixture.js';
import type { DesiredFunction, DesiredLayer } from './desired.js';

const ACCOUNT = { partition: 'aws-cn', id: '123456789012', region: 'cn-north-1' };
const PLACE = { source: 'file', file: 'CargoLambda.toml', directory: '/p', table: '' } as const;
const HEX = Buffer.from(sha256('one'), 'base64').toString('hex');
const CODE = { path: '/z.zip', bytes: 1_000, sha256: sha256('one'), architecture: 'arm64' } as const;

function wish(deploy: object, change: Partial<Wish> = {}): Wish {
  const { values } = readLayer({ deploy }, PLACE).sections.deploy;
  const [target] = projectWith([{ settings: { deploy: values } }]).functions;
  if (!target) throw new Error('no function');
  return {
    settings: deploySettings(target),
    packageName: 'app',
    code: CODE,
    provenance: { commit: null, inputs: 'abc' },
    account: ACCOUNT,
    ...change,
  };
}

const desired = (deploy: object, change: Partial<Wish> = {}) =>
  desire(wish(deploy, change)) as DesiredFunction;

describe('what a project wants to be on AWS', () => {
  it('is of its account, region and partition, and of the architecture of its binary', () => {
    expect(desired({})).toMatchObject({
      name: 'hello',
      arn: 'arn:aws-cn:lambda:cn-north-1:123456789012:function:hello',
      owner: 'app/hello',
      alias: 'live',
      role: {
        name: 'crablet-hello-cn-north-1',
        arn: 'arn:aws-cn:iam::123456789012:role/crablet-hello-cn-north-1',
      },
      configuration: {
        architecture: 'arm64',
        handler: 'bootstrap',
        roleArn: 'arn:aws-cn:iam::123456789012:role/crablet-hello-cn-north-1',
        logging: {
          format: 'Text',
          applicationLevel: null,
          systemLevel: null,
          group: '/aws/lambda/hello',
        },
      },
      url: 'leave',
      events: null,
    });
  });

  it.each<[string, object, object]>([
    [
      'a role by its name',
      { role: 'mine' },
      { role: null, configuration: { roleArn: 'arn:aws-cn:iam::123456789012:role/mine' } },
    ],
    [
      'policies of AWS by their names, in order',
      { policies: ['Zed', 'arn:aws-cn:iam::123456789012:policy/own'] },
      {
        role: {
          attached: ['arn:aws-cn:iam::123456789012:policy/own', 'arn:aws-cn:iam::aws:policy/Zed'],
        },
      },
    ],
    [
      'subnets in no order',
      { subnet_ids: ['b', 'a'], security_group_ids: ['d', 'c'] },
      { configuration: { vpc: { subnetIds: ['a', 'b'], securityGroupIds: ['c', 'd'] } } },
    ],
    ['no URL', { disable_function_url: true }, { url: null }],
    [
      'CORS that says nothing, which is none',
      { enable_function_url: true, function_url: { cors: { allow_origins: [], max_age: 0 } } },
      { url: { auth: 'NONE', invokeMode: 'BUFFERED', cors: null } },
    ],
    [
      'CORS',
      { enable_function_url: true, function_url: { cors: { allow_origins: ['*'], max_age: 5 } } },
      { url: { cors: { allowOrigins: ['*'], allowMethods: [], maxAgeSeconds: 5 } } },
    ],
    [
      'another function as destination',
      { on_success: 'next' },
      { events: { onSuccess: 'arn:aws-cn:lambda:cn-north-1:123456789012:function:next', onFailure: null } },
    ],
    [
      'provisioned environments, none of which AWS knows',
      { provisioned_concurrency: 0 },
      { provisionedConcurrency: null },
    ],
    ['no environments at all', { reserved_concurrency: 0 }, { reservedConcurrency: 0 }],
  ])('takes %s', (_, deploy, is) => {
    expect(desired(deploy)).toMatchObject(is);
  });

  it('has levels of its logs where they are JSON', () => {
    const { settings } = wish({});
    const logging = { ...settings.logging, logFormat: 'JSON', logGroup: '/mine' } as const;
    expect(desired({}, { settings: { ...settings, logging } }).configuration.logging).toEqual({
      format: 'JSON',
      applicationLevel: 'INFO',
      systemLevel: 'INFO',
      group: '/mine',
    });
  });

  it('is a layer, when it is an extension', () => {
    const layer = desire(wish({ extension: true, description: 'Traces' })) as DesiredLayer;
    expect(layer).toMatchObject({
      kind: 'layer',
      name: 'hello',
      description: 'Traces [inputs abc]',
      compatibleRuntimes: ['provided.al2', 'provided.al2023'],
    });
  });
});

describe('code goes', () => {
  it.each<[string, object, number, DesiredFunction['code']['s3']]>([
    ['with the call', {}, 1_000, null],
    ['with the call, up to what that takes', {}, 52_428_799, null],
    [
      'through a bucket that is named',
      { s3_bucket: 'mine' },
      1_000,
      { bucket: 'mine', key: `hello/${HEX}.zip`, create: false, owner: null },
    ],
    [
      'into a folder of it',
      { s3_bucket: 'mine', s3_prefix: 'teams/a', name: 'orders' },
      1_000,
      { bucket: 'mine', key: `teams/a/orders/${HEX}.zip`, create: false, owner: null },
    ],
    [
      'under a key of one’s own',
      { s3_bucket: 'mine', s3_key: 'a/b.zip' },
      1_000,
      { bucket: 'mine', key: 'a/b.zip', create: false, owner: null },
    ],
    [
      'through one that is made, when it is large',
      { s3_create: true },
      52_428_800,
      { bucket: 'crablet-123456789012-cn-north-1', key: `hello/${HEX}.zip`, create: true, owner: ACCOUNT.id },
    ],
    ['with the call, though a bucket might be made', { s3_create: true }, 1_000, null],
  ])('%s', (_, deploy, bytes, s3) => {
    expect(desired(deploy, { code: { ...CODE, bytes } }).code.s3).toEqual(s3);
  });

  it.each<[string, object, number, RegExp]>([
    ['a large zip without a bucket', {}, 52_428_800, /has 50\.0 MB.*--s3-create/s],
    ['a name that AWS refuses', { name: 'no such name' }, 1, /crablet deploy no-such-name/],
    ['a name of too many characters', { name: 'x'.repeat(65) }, 1, /1 to 64/],
    ['a key without a bucket', { s3_key: 'a' }, 1, /s3_bucket/],
    ['a folder without a bucket', { s3_prefix: 'a' }, 1, /s3_bucket/],
    ['a key and a folder', { s3_bucket: 'b', s3_key: 'a', s3_prefix: 'c' }, 1, /s3_key.*s3_prefix/s],
    ['a folder with slashes around it', { s3_bucket: 'b', s3_prefix: '/c/' }, 1, /without \/ at its ends/],
  ])('nowhere for %s', (_, deploy, bytes, told) => {
    expect(refusal(() => desired(deploy, { code: { ...CODE, bytes } }))).toMatch(told);
  });
});

function refusal(made: () => unknown): string {
  try {
    made();
  } catch (error) {
    if (error instanceof UserError) return `${error.message} ${error.fix}`;
    throw error;
  }
  return 'taken';
}
