import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalLambda } from '../../src/index.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { invoke, type ServiceOptions, serve } from '../support/functions.js';
import { http } from '../support/http.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';
import type { Script } from '../support/runtime.js';
import { echo, next, stream } from '../support/runtime-actions.js';

const run = promisify(execFile);
let made: Certificates;

beforeAll(() => {
  made = makeCertificates();
});
afterAll(() => made.remove());

const serveTls = (options: ServiceOptions = {}, script: Script = [echo()]) =>
  serve(script, { tls: made.pem, ...options });

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_DEFAULT_REGION: 'us-east-1' };

async function curl(...args: string[]): Promise<string> {
  return (await run('curl', ['-sS', '--cacert', made.ca, ...args])).stdout;
}

describe('a service over TLS', () => {
  it('answers at https:// URLs, with the Invoke API and function URLs', async () => {
    const service = await serveTls();
    expect(service.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(service.urlOf('hello')).toBe(`${service.url}/`);
    expect(service.tls?.certificate.trim()).toBe(made.pem.cert.trim());
    const path = `${service.url}/2015-03-31/functions/hello/invocations`;
    expect(await curl(path, '-d', '{"a":1}')).toBe('{"a":1}');
    const event = JSON.parse(await curl(`${service.url}/path?q=1`)) as { headers: Record<string, string> };
    expect(event).toMatchObject({ rawPath: '/path', rawQueryString: 'q=1' });
    expect(event.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-port': new URL(service.url).port,
      'x-amzn-tls-version': 'TLSv1.3',
      'x-amzn-tls-cipher-suite': expect.stringMatching(/^TLS_/),
    });
  });

  it('speaks TLS 1.2, and nothing older', async () => {
    const { url } = await serveTls();
    const old = JSON.parse(await curl('--tls-max', '1.2', url)) as { headers: Record<string, string> };
    expect(old.headers).toMatchObject({
      'x-amzn-tls-version': 'TLSv1.2',
      'x-amzn-tls-cipher-suite': expect.stringMatching(/^ECDHE-/),
    });
    await expect(curl('--tlsv1.0', '--tls-max', '1.1', '--ciphers', 'ALL:@SECLEVEL=0', url)).rejects.toThrow(
      /alert protocol version|unsupported protocol/,
    );
  });

  it('keeps a connection for many requests, plain ones and others', async () => {
    const { url } = await serveTls();
    const args = [`${url}/one`, '--next', '-sS', '--cacert', made.ca, '-d', 'body', `${url}/two`];
    const { stdout, stderr } = await run('curl', ['-sSv', '--cacert', made.ca, ...args, `${url}/three`]);
    expect(stdout.match(/"rawPath":"[^"]*"/g)).toEqual(
      ['one', 'two', 'three'].map((p) => `"rawPath":"/${p}"`),
    );
    expect(stderr.match(/Connected to/g)).toHaveLength(1);
  });

  it('streams', async () => {
    const { url } = await serveTls({ hello: { invokeMode: 'RESPONSE_STREAM' } }, [
      next(),
      stream(['a', 'b', 'c']),
      next(),
    ]);
    expect(await curl(url)).toBe('abc');
  });

  it('warns when a client does not trust it, and goes on', async () => {
    const { url, warnings } = await serveTls();
    await expect(run('curl', ['-sS', url])).rejects.toThrow(/unable to get local issuer|self-signed/);
    expect(await curl(url)).toContain('rawPath');
    expect(warnings).toEqual([expect.stringMatching(/does not trust the certificate.*curl --cacert FILE/)]);
  });

  it('names the URLs that the Lambda API hands out', async () => {
    const service = await serveTls();
    const path = `${service.url}/2021-10-31/functions/hello/url`;
    const answer = await curl(path, '-d', '{"AuthType":"NONE"}');
    expect(answer).not.toContain('http://');
  });
});

describe('plain HTTP at the port of TLS', () => {
  const plainly = (service: LocalLambda) => ({ ...service, url: service.url.replace('https', 'http') });

  it('is told where to go', async () => {
    const service = await serveTls();
    const { url } = plainly(service);
    expect(await http(`${url}/a?b`)).toMatchObject({
      status: 400,
      text: `This port speaks HTTPS, and the request came as plain HTTP. Ask ${service.url}/a?b\n`,
    });
    const api = await invoke(plainly(service), '{}');
    expect(api).toMatchObject({ status: 400, headers: { 'x-amzn-errortype': 'HttpsRequired' } });
    expect(JSON.parse(api.text)).toEqual({ Type: 'User', message: expect.stringContaining(service.url) });
    expect((await http(`${url}/v1/traces`, { method: 'POST', body: '{}' })).status).toBe(400);
  });

  it('takes the spans of functions, which trust nobody', async () => {
    const service = await serveTls({ traces: {} });
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: '{"resourceSpans":[]}' };
    expect(await http(`${plainly(service).url}/v1/traces`, sent)).toMatchObject({ status: 200, text: '{}' });
    expect(
      JSON.parse(await curl(`${service.url}/v1/traces`, '-H', 'content-type: application/json', '-d', '{}')),
    ).toEqual({});
    await curl(`${service.url}/2015-03-31/functions/hello/invocations`, '-d', '{}');
    const [start] = service.runtimes.starts;
    expect(start?.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '').toBe(plainly(service).url);
  });

  it('that is no HTTP at all ends, and so does a connection that says nothing when the service ends', async () => {
    const service = await serveTls();
    const port = Number(new URL(service.url).port);
    const ended = (bytes: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => bytes && socket.write(bytes));
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk.toString('latin1');
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(text));
      });
    expect(await ended('garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    await ended('\x16\x03\x01\x00\x05hello');
    const silent = ended('');
    expect(await curl(service.url)).toContain('rawPath');
    await service.close();
    expect(await silent).toBe('');
  });
});

describe('real clients', () => {
  it('curl, which offers HTTP/2 and is given HTTP/1.1', async () => {
    const { url } = await serveTls();
    const version = ['-o', '/dev/null', '-w', '%{http_code} %{http_version}'];
    expect(await curl('--http2', ...version, url)).toBe('200 1.1');
    const { port } = new URL(url);
    const agreed = async (...ALPNProtocols: string[]) => {
      const socket = connectTls({ host: '127.0.0.1', port: Number(port), ca: made.pem.ca, ALPNProtocols });
      try {
        await Promise.race([
          once(socket, 'secureConnect'),
          once(socket, 'error').then(([error]) => Promise.reject(error)),
        ]);
        return socket.alpnProtocol;
      } finally {
        socket.destroy();
      }
    };
    expect(await agreed('h2', 'http/1.1')).toBe('http/1.1');
    // A client that speaks nothing else is told so in the handshake (RFC 7301, 3.2).
    await expect(agreed('h2')).rejects.toThrow(/no.application.protocol/i);
  });

  it('fetch of Node.js', async () => {
    const { url } = await serveTls();
    const code = `fetch(${JSON.stringify(`${url}/node`)}).then((a) => a.json()).then((e) => console.log(e.rawPath))`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: made.ca };
    expect((await run(process.execPath, ['-e', code], { env })).stdout).toBe('/node\n');
    await expect(run(process.execPath, ['-e', code])).rejects.toThrow(/SELF_SIGNED_CERT_IN_CHAIN/);
  });

  const aws = pythonClient('aws');
  it.skipIf(!aws)(`the AWS CLI, or: ${WITHOUT_PYTHON_CLIENTS}`, async () => {
    const { url } = await serveTls();
    const out = join(made.folder, 'aws.json');
    const call = async (endpoint: string, env: object, ...more: string[]) => {
      const target = ['--function-name', 'hello', '--endpoint-url', endpoint];
      const payload = ['--payload', '{"from":"aws"}'];
      await run(aws!, ['lambda', 'invoke', ...target, ...payload, ...more, out], {
        env: { PATH: process.env['PATH'], ...CREDENTIALS, ...env },
      });
      return readFile(out, 'utf8');
    };
    expect(await call(url, {}, '--ca-bundle', made.ca)).toBe('{"from":"aws"}');
    expect(await call(url, { AWS_CA_BUNDLE: made.ca })).toBe('{"from":"aws"}');
    await expect(call(url, {})).rejects.toThrow(/CERTIFICATE_VERIFY_FAILED|SSL validation failed/);
    await expect(call(url.replace('https', 'http'), {})).rejects.toThrow(/HttpsRequired.*speaks HTTPS/s);
  });

  const python = pythonClient('python');
  it.skipIf(!python)(`boto3, or: ${WITHOUT_PYTHON_CLIENTS}`, async () => {
    const { url } = await serveTls();
    const code = `
import boto3
client = boto3.client('lambda', endpoint_url='${url}', verify='${made.ca}')
print(client.invoke(FunctionName='hello', Payload='{"from":"boto3"}')['Payload'].read().decode())
`;
    const { stdout } = await run(python!, ['-c', code], {
      env: { PATH: process.env['PATH'], ...CREDENTIALS },
    });
    expect(stdout).toBe('{"from":"boto3"}\n');
  });
});
