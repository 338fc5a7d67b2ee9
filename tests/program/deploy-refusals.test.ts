import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { LongLived, runCli } from '../support/cli.js';
import { FakeAws } from '../support/fake-aws.js';
import { movedPace } from '../support/moved-pace.js';

const ELF = makeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', libraries: ['libc.so.6'] });

let aws: FakeAws;
let project: FakeProject;

beforeEach(async () => {
  [aws, project] = await Promise.all([new FakeAws().start(), fakeProject()]);
  await settings({});
  await project.write('hello.zip', makeZip([{ name: 'bootstrap', bytes: ELF, executable: true }]));
});

afterEach(async () => {
  await aws.stop();
  await project.remove();
});

async function settings(deploy: Record<string, unknown>): Promise<void> {
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'], lambda: { deploy } }] });
}

function deploy(...argv: string[]) {
  aws.calls.length = 0;
  const to = ['--endpoint-url', aws.url, '--region', 'eu-central-1', '--retry-attempts', '0'];
  const zip = `${project.folder}/hello.zip`;
  return runCli(['deploy', '--yes', '--binary-path', zip, ...to, ...argv], {
    cwd: project.folder,
    env: project.env,
    pace: movedPace(),
  });
}

describe('what the credentials do not allow', () => {
  const denied = { status: 403, type: 'AccessDeniedException', message: 'No.' };

  it.each([
    ['GetRole', 'iam:GetRole'],
    ['CreateRole', 'iam:CreateRole'],
    ['PutRolePolicy', 'iam:PutRolePolicy'],
    ['GetFunction', 'lambda:GetFunction'],
    ['CreateFunction', 'lambda:CreateFunction'],
    ['PublishVersion', 'lambda:PublishVersion'],
    ['CreateAlias', 'lambda:CreateAlias'],
  ])('is told of %s with the action that is missing', async (operation, action) => {
    aws.meets(operation, denied);
    const { code, stderr } = await deploy();
    expect(code).toBe(6);
    expect(stderr).toContain(`AccessDeniedException: No. (it needs ${action})`);
    expect(stderr).toContain('crablet deploy --print-policy');
    expect((await deploy()).code).toBe(0);
  });

  it.each([
    ['GetAlias', 'lambda:GetAlias', {}],
    ['ListRules', 'events:ListRules', {}],
    ['ListEventSourceMappings', 'lambda:ListEventSourceMappings', {}],
    ['GetRolePolicy', 'iam:GetRolePolicy', {}],
    ['ListAttachedRolePolicies', 'iam:ListAttachedRolePolicies', {}],
    ['UpdateFunctionConfiguration', 'lambda:UpdateFunctionConfiguration', { memory: 256 }],
    ['UpdateAlias', 'lambda:UpdateAlias', { memory: 256 }],
    ['TagResource', 'lambda:TagResource', { tags: { team: 'a' } }],
    ['DescribeLogGroups', 'logs:DescribeLogGroups', { log_retention: 7 }],
    ['HeadBucket', 's3:ListBucket', { s3_bucket: 'zips', memory: 256 }],
  ])('is told of %s, of a function that is there', async (operation, action, change) => {
    await deploy();
    await settings(change);
    aws.meets(operation, denied);
    const { code, stderr } = await deploy();
    expect(code).toBe(6);
    expect(stderr).toContain(action);
    expect(stderr).toContain('crablet deploy --print-policy');
  });

  it('is told in AWS’s own words when those name it', async () => {
    const message =
      'User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole on resource: role/x';
    aws.meets('CreateFunction', { ...denied, message });
    const { stderr } = await deploy();
    expect(stderr).toContain(`create the function hello: AccessDeniedException: ${message}\n`);
  });

  it('needs no look at log groups when nothing is said of them', async () => {
    aws.meets('DescribeLogGroups', denied);
    expect((await deploy()).code).toBe(0);
  });
});

describe('credentials', () => {
  it.each([
    ['ExpiredToken', 'The security token included in the request is expired', 'aws sso login'],
    ['InvalidClientTokenId', 'The security token included in the request is invalid.', 'aws sso login'],
    ['RequestExpired', 'Request has expired. Timestamp date is 2026-11-27T00:00:00Z', "this machine's clock"],
    [
      'SignatureDoesNotMatch',
      'Signature expired: 20261127T000000Z is now earlier than',
      "this machine's clock",
    ],
  ])('that are not taken (%s) are told with what mends it', async (type, message, fix) => {
    aws.meets('GetCallerIdentity', { status: 403, type, message });
    const { code, stderr } = await deploy();
    expect(code).toBe(6);
    expect(stderr).toContain(message);
    expect(stderr).toContain(fix);
    expect(aws.calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
  });

  it('that expire half-way leave what is done, and the next deploy goes on', async () => {
    aws.meets('PublishVersion', { status: 403, type: 'ExpiredTokenException', message: 'It has expired.' });
    const { code, stderr } = await deploy();
    expect(code).toBe(6);
    expect(stderr).toContain('AWS credentials cannot be used: ExpiredTokenException: It has expired.');
    expect(stderr).toContain('done      create the function hello');
    expect(stderr).toContain('not done  publish a version of hello');
    expect((await deploy()).code).toBe(0);
    expect(aws.writes).toEqual(['PublishVersion', 'CreateAlias']);
  });

  it.each([
    ['region', 2, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, 'No AWS region is set', '--region'],
    ['credentials', 6, { AWS_REGION: 'eu-central-1' }, 'There are no AWS credentials', 'aws sso login'],
  ])('without %s nothing is guessed', async (_, code, env, what, fix) => {
    const nothing = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const alone = { HOME: project.folder, AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL: aws.url };
    const argv = ['deploy', '--binary-path', `${project.folder}/hello.zip`];
    const running = new LongLived(argv, {
      cwd: project.folder,
      env: { ...project.env, ...nothing, ...alone, ...env },
    });
    expect((await running.end()).code).toBe(code);
    expect(running.text.stderr).toContain(what);
    expect(running.text.stderr).toContain(fix);
    expect(aws.calls).toEqual([]);
  });
});

describe('a zip that is too large', () => {
  it('for a call is told before anything is written, with the flags that mend it', async () => {
    const pad = new Uint8Array(52_428_800);
    const attrs = 0o100755 << 16;
    const zip = zipSync({ bootstrap: [ELF, { os: 3, attrs }], pad: [pad, { level: 0 }] });
    await project.write('hello.zip', zip);
    const { code, stderr } = await deploy();
    expect(code).toBe(2);
    expect(stderr).toContain("The zip of 'hello' has 50.0 MB; a call to Lambda takes less than 50 MB.");
    expect(stderr).toContain('--s3-create');
    expect(aws.writes).toEqual([]);

    // Whoever guesses the name that crablet gives a bucket could make it first.
    aws.meets('HeadBucket', { status: 403, type: 'Forbidden', message: 'Forbidden' });
    const theirs = await deploy('--s3-create');
    expect(theirs.code).toBe(6);
    expect(theirs.stderr).toContain(
      'The bucket crablet-123456789012-eu-central-1 is not of this account (123456789012), or may not be looked at',
    );
    expect(aws.bodyOf('HeadBucket')).toEqual({ ExpectedBucketOwner: '123456789012' });
    expect(aws.writes).toEqual([]);
  });

  it('for Lambda when it is unzipped is told before AWS is asked to change anything', async () => {
    const zip = Buffer.from(
      makeZip([
        { name: 'bootstrap', bytes: ELF, executable: true },
        { name: 'model.bin', bytes: Buffer.from('x'), executable: false },
      ]),
    );
    // What its directory says of the last file (PKWARE APPNOTE 4.3.12).
    zip.writeUInt32LE(262_144_000, zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
    await project.write('hello.zip', zip);
    const { code, stderr } = await deploy();
    expect(code).not.toBe(0);
    expect(stderr).toContain('Lambda takes less than 250 MB');
    expect(stderr).toContain('the largest file is model.bin');
    expect(aws.writes).toEqual([]);
  });
});
