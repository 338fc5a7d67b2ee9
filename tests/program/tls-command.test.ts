import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { LongLived, type RunningCli, runCli, startCli } from '../support/cli.js';
import { type FunctionProject, functionProject } from '../support/project.js';

let made: Certificates;
let project: FunctionProject;
const running: RunningCli[] = [];

beforeAll(async () => {
  made = makeCertificates();
  project = await functionProject(['echo']);
  await project.save('echo', "(event) => (console.log('the log of it'), event)");
});
afterEach(async () => {
  for (const cli of running.splice(0)) await cli.interrupt();
});
afterAll(async () => {
  made.remove();
  await project.remove();
});

const cli = (argv: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = project.folder) =>
  runCli(argv, { cwd, env: { ...project.env, ...env } });

async function watch(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const started = startCli(['watch', '-P', '0', ...argv], {
    cwd: project.folder,
    env: { ...project.env, ...env },
  });
  running.push(started);
  const [, url = ''] = await started.until(/function at (\S+)/);
  await started.until(/^ready/m);
  return url;
}

const PAIR = () => ['--tls-cert', made.cert, '--tls-key', made.key];
const ECHO = ['invoke', 'echo', '-A', '{"a":1}'];
const ANSWERED = { code: 0, stdout: '{"a":1}\n', stderr: '' };

describe('watch and invoke over TLS', () => {
  it('find and trust each other through the target folder', async () => {
    const url = await watch(PAIR());
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(running[0]?.text.stderr).toContain(`export AWS_ENDPOINT_URL_LAMBDA=${url}`);
    const told = JSON.parse(await readFile(join(project.folder, 'target/lambda/.local.json'), 'utf8'));
    expect(told).toMatchObject({ url, certificate: expect.stringContaining('BEGIN CERTIFICATE') });
    expect(JSON.stringify(told)).not.toContain('PRIVATE KEY');
    expect(await cli(ECHO)).toEqual(ANSWERED);
    expect(await cli([...ECHO, '--stream'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('{"a":1}'),
    });
    expect((await cli(['logs'])).stdout).toContain('the log of it');
  });

  it('take a certificate that does not name the address, and say so', async () => {
    const other = made.issue('other', 'DNS:dev.example');
    await watch(['--tls-cert', other.cert, '--tls-key', other.key]);
    expect(running[0]?.text.stderr).toMatch(
      /The certificate is for DNS:dev\.example, and not for 127\.0\.0\.1/,
    );
    expect(await cli(ECHO)).toEqual(ANSWERED);
  });

  it('outside of the project need to be told whom to trust', async () => {
    const url = await watch(PAIR());
    const [, port = ''] = /:(\d+)$/.exec(url)!;
    const away = (argv: readonly string[], env?: NodeJS.ProcessEnv) =>
      cli([...ECHO, ...argv], env, made.folder);
    expect(await away(['-P', port, '--tls-ca', made.ca])).toEqual(ANSWERED);
    expect(await away(['--endpoint-url', url, '--tls-ca', 'ca.pem'])).toEqual(ANSWERED);
    expect(await away(['--tls-ca', 'ca.pem', ...PAIR()], { AWS_ENDPOINT_URL_LAMBDA: url })).toEqual(ANSWERED);
    expect(await away(['--endpoint-url', url])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is of nobody who is trusted here \(\w+\)[\s\S]*fix: .*--tls-ca ca\.pem/),
    });
    expect(await away(['-P', port])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/speaks HTTPS[\s\S]*--endpoint-url https:\/\/127\.0\.0\.1:\d+ --tls-ca/),
    });
    const other = made.issue('another', 'DNS:localhost');
    expect(await away(['--endpoint-url', url, '--tls-ca', other.cert])).toMatchObject({ code: 1 });
    expect((await cli(['logs', '--endpoint-url', url], {}, made.folder)).stderr).toMatch(
      /nobody who is trusted/,
    );
    expect((await cli(['logs', '-P', port, '--tls-ca', 'ca.pem'], {}, made.folder)).code).toBe(0);
  });

  it("use the files in Cargo Lambda's folder, and those of the configuration before them", async () => {
    const home = join(made.folder, 'xdg');
    await mkdir(join(home, 'cargo-lambda'), { recursive: true });
    for (const kind of ['cert', 'key', 'ca'] as const)
      await copyFile(made[kind], join(home, 'cargo-lambda', `${kind}.pem`));
    const env = { XDG_CONFIG_HOME: home };
    const url = await watch([], env);
    expect(url).toMatch(/^https:/);
    const port = new URL(url).port;
    expect(await cli([...ECHO, '-P', port], env, made.folder)).toEqual(ANSWERED);
    const wrong = { ...env, 'CARGO_LAMBDA_WATCH.TLS_CERT': made.ca };
    expect(await cli(['watch'], wrong)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/is not that of/),
    });
  });

  it('tell when the other side does not speak TLS', async () => {
    const url = await watch([]);
    const secure = url.replace('http', 'https');
    expect(await cli([...ECHO, '--endpoint-url', secure])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/does not speak TLS[\s\S]*--endpoint-url http:\/\//),
    });
    expect(await cli([...ECHO, '--tls-ca', made.ca])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is for HTTPS, and the service is at http:/),
    });
  });

  it('refuse what cannot be', async () => {
    expect(await cli(['watch', '--tls-cert', made.cert])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no private key[\s\S]*--tls-key key\.pem/),
    });
    expect(await cli(['watch', '--tls-ca', made.ca])).toMatchObject({ code: 2 });
    expect(await cli(['watch', '--tls-cert', 'nowhere.pem', '--tls-key', made.key])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/nowhere\.pem \(ENOENT\)/),
    });
    expect(await cli([...ECHO, '--remote', '--tls-ca', made.ca])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/NODE_EXTRA_CA_CERTS/),
    });
  });
});

describe('exec over TLS', () => {
  it('makes the clients of the command trust the service, and leaves nothing behind', async () => {
    const code = `
      fetch(process.env.AWS_ENDPOINT_URL_LAMBDA + '/2015-03-31/functions/echo/invocations', { method: 'POST', body: '7' })
        .then((answer) => answer.text())
        .then((text) => console.log(text, process.env.AWS_CA_BUNDLE, process.env.SSL_CERT_FILE === process.env.AWS_CA_BUNDLE))`;
    const env = { ...project.env, CURL_CA_BUNDLE: 'own.pem' };
    const options = [...PAIR(), '--tls-ca', made.ca];
    const run = new LongLived(['exec', ...options, '--', process.execPath, '-e', code], {
      cwd: project.folder,
      env,
    });
    const { code: status } = await run.end();
    expect(status, run.text.stderr).toBe(0);
    const [, bundle = ''] = /^7 (\S+) true\n$/.exec(run.text.stdout) ?? [];
    expect(bundle).toMatch(/\.pem$/);
    await expect(readFile(bundle)).rejects.toThrow(/ENOENT/);
  });
});
