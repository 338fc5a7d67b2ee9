import { describe, expect, inject, it } from 'vitest';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { serveReal } from '../support/functions.js';
import { awsEnvironment, runProgram } from '../support/programs.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

/** URLs that want signed requests, with the signers that people use, in front of a function of lambda_http. */

const built = inject('functions');
const KEY = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const TEMPORARY = {
  accessKeyId: 'ASIATEST',
  secretAccessKey: 'other/secret',
  sessionToken: 'a/token+of==mine',
};

function serve(): Promise<LocalLambda> {
  const definition = { name: 'http-echo', bootstrap: built['http-echo']!, urlAuth: 'AWS_IAM' as const };
  return serveReal({ functions: [definition], acceptedKeys: [KEY, TEMPORARY] });
}

describe('curl', () => {
  const signed = ['--aws-sigv4', 'aws:amz:us-east-1:lambda', '--user', 'AKIATEST:secret'];
  const curl = (service: LocalLambda, path: string, ...args: string[]) =>
    runProgram('curl', ['-sS', '-w', '\n%{http_code}', ...args, `${service.url}${path}`]);

  it('with a signature reaches the function, which is told who it was', async () => {
    const service = await serve();
    const body = ['-X', 'POST', '-H', 'content-type: text/plain', '--data-binary', 'crab'];
    const { stdout } = await curl(service, '/a/b?x=1', ...signed, ...body);
    const [answer, status] = stdout.split('\n');
    expect(status, stdout).toBe('201');
    expect(JSON.parse(answer!)).toMatchObject({
      path: '/a/b',
      query: { x: '1' },
      body: 'crab',
      caller: { iam: { accessKey: 'AKIATEST', userArn: 'arn:aws:iam::123456789012:user/crablet' } },
    });
  });

  it('without one, or with another secret, does not', async () => {
    const service = await serve();
    expect((await curl(service, '/')).stdout).toMatch(/^\{"Message":"Forbidden\. .*\n403$/);
    const wrong = [...signed.slice(0, -1), 'AKIATEST:wrong'];
    expect((await curl(service, '/', ...wrong)).stdout).toMatch(
      /^\{"message":"The request signature .*\n403$/,
    );
    expect(service.environmentCount('http-echo')).toBe(0);
  });
});

const python = pythonClient('python');

describe.skipIf(!python)(`botocore${python ? '' : `: ${WITHOUT_PYTHON_CLIENTS}`}`, () => {
  it('signs headers and queries, with temporary keys too', async () => {
    const service = await serve();
    const source = `
import json, sys, urllib.error, urllib.request
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
def send(signer, method, path, keys, body=None, headers={}):
    request = AWSRequest(method=method, url=sys.argv[1] + path, data=body, headers=headers)
    signer(Credentials(*keys), 'lambda', 'us-east-1').add_auth(request)
    prepared = request.prepare()
    sent = urllib.request.Request(prepared.url, data=body, headers=dict(prepared.headers), method=method)
    try:
        with urllib.request.urlopen(sent) as answer:
            return [answer.status, json.loads(answer.read())]
    except urllib.error.HTTPError as error:
        return [error.code, json.loads(error.read())]
keys = ['AKIATEST', 'secret']
temporary = ['ASIATEST', 'other/secret', 'a/token+of==mine']
print(json.dumps([
    send(SigV4Auth, 'GET', '/a%20b/%C3%BC?x=1&y=%2B%20z', keys),
    send(SigV4Auth, 'POST', '/', temporary, b'{"a":1}', {'content-type': 'application/json'}),
    send(SigV4QueryAuth, 'GET', '/signed?x=1', keys),
    send(SigV4QueryAuth, 'GET', '/signed', temporary),
    send(SigV4Auth, 'GET', '/', temporary[:2]),
]))
`;
    const run = await runProgram(python!, ['-c', source, service.url], { env: awsEnvironment(service.url) });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toMatchObject([
      [201, { path: '/a%20b/%C3%BC', query: { x: '1', y: '+ z' } }],
      [201, { body: '{"a":1}', caller: { iam: { accessKey: 'ASIATEST', userId: 'AROATEST:crablet' } } }],
      [201, { path: '/signed', query: { x: '1' } }],
      [201, { path: '/signed' }],
      [403, { message: 'The security token included in the request is invalid.' }],
    ]);
  });
});
