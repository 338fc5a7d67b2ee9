import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { LocalEvent } from '../../src/local/events.js';
import { Linux } from '../../src/local/isolation/linux.js';
import { missingForLinux } from '../../src/local/isolation/strength.js';
import type { FunctionDefinition, LocalLambda } from '../../src/local/local-lambda.js';
import { failureOf, invoke, serveReal } from '../support/functions.js';
import type { HttpAnswer } from '../support/http.js';
import { logOf } from '../support/log-lines.js';
import { eventually, temporaryFolder } from '../support/processes.js';

/** Extensions made with the official crate, external and internal ones, and what becomes of functions beside them. */

const built = inject('functions');
const WATCHER = built['watcher']!;

const abilities = await Linux.probe();
const isolations = missingForLinux(abilities) ? (['portable'] as const) : (['linux', 'portable'] as const);

interface Running extends LocalLambda {
  readonly events: LocalEvent[];
  call(payload?: string): Promise<HttpAnswer>;
  /** The log so far. */
  log(): string[];
}

describe.each(isolations)('with %s isolation', (isolation) => {
  async function run(name: string, settings: Partial<FunctionDefinition> = {}): Promise<Running> {
    const events: LocalEvent[] = [];
    const service = await serveReal({
      functions: [{ name, bootstrap: built[name]!, ...settings }],
      isolation,
      onEvent: (event) => events.push(event),
    });
    return {
      ...service,
      events,
      call: (payload = '{}') => invoke(service, payload, { name }),
      log: () => logOf(events),
    };
  }

  /** The function `waits` beside an extension that does as it is told. */
  function watched(told: string, settings: Partial<FunctionDefinition> = {}): Promise<Running> {
    return run('waits', { environment: { WATCHER: told }, extensions: [WATCHER], ...settings });
  }

  const reports = (service: Running) => service.log().filter((line) => line.startsWith('REPORT'));

  describe('an external extension', () => {
    it('is started before the function, hears of each invocation and of the end', async () => {
      const service = await watched('');
      const answer = await service.call('{"ms":1}');
      expect(answer.status).toBe(200);
      const id = String(answer.headers['x-amzn-requestid']);
      await eventually('its invocation is over', () => reports(service).length === 1);
      await service.close();
      expect(service.log()).toEqual([
        expect.stringMatching(/^INIT_START /),
        expect.stringMatching(/^watcher: variables /),
        `watcher: started as ${isolation === 'linux' ? '/opt/extensions/watcher' : WATCHER}`,
        'EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
        'START RequestId: ID Version: $LATEST',
        `watcher: INVOKE ${id} arn:aws:lambda:us-east-1:123456789012:function:waits`,
        'END RequestId: ID',
        expect.stringMatching(/^REPORT .*\tInit Duration: N ms\t$/),
        'watcher: SHUTDOWN spindown',
        'watcher: done',
        'closed: closing',
      ]);
      const theirs = service.events.filter((event) => event.type === 'log' && event.extension === 'watcher');
      expect(theirs).toHaveLength(5);
    });

    it('has the variables of an extension and no others', async () => {
      const service = await watched('', { environment: { WATCHER: '', TABLE: 'orders' } });
      await service.call('{"ms":1}');
      const line = service.log().find((text) => text.startsWith('watcher: variables '))!;
      expect(line.slice('watcher: variables '.length).split(' ')).toEqual([
        'AWS_DEFAULT_REGION',
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        'AWS_LAMBDA_FUNCTION_NAME',
        'AWS_LAMBDA_FUNCTION_VERSION',
        'AWS_LAMBDA_INITIALIZATION_TYPE',
        'AWS_LAMBDA_RUNTIME_API',
        'AWS_REGION',
        'LANG',
        'LD_LIBRARY_PATH',
        'PATH',
        'TABLE',
        ...(isolation === 'portable' ? ['TMPDIR'] : []),
        'TZ',
        'WATCHER',
      ]);
    });

    it('comes from a layer', async () => {
      const folder = temporaryFolder();
      const extensions = join(folder.path, 'extensions');
      mkdirSync(extensions);
      cpSync(WATCHER, join(extensions, 'from-a-layer'));
      const service = await run('waits', { layers: [folder.path] });
      await service.call('{"ms":1}');
      if (isolation === 'linux')
        expect(service.log()).toContain('watcher: started as /opt/extensions/from-a-layer');
      expect(service.log()).toContain(
        'EXTENSION\tName: from-a-layer\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
      );
      await service.close();
      folder.remove();
    });

    it('works on after the answer: that is part of the duration, and the caller does not wait for it', async () => {
      const service = await watched('works on');
      expect((await service.call('{"ms":1}')).status).toBe(200);
      expect(service.log()).not.toContain('watcher: worked on');
      await eventually('the invocation is over', () => reports(service).length === 1);
      const report = service.events.find(
        (event) => event.type === 'platform' && event.record.type === 'report',
      );
      // 100 ms of the extension beside 1 ms of the function.
      expect(report).toMatchObject({ record: { durationMs: expect.toSatisfy((ms: number) => ms >= 100) } });
      expect(service.log().indexOf('watcher: worked on')).toBeLessThan(
        service.log().findIndex((line) => line.startsWith('REPORT')),
      );
    });
  });

  describe('an external extension that fails', () => {
    it('at once', async () => {
      const service = await watched('exits at once');
      expect(failureOf(await service.call())).toMatchObject({
        errorType: 'Extension.Crash',
        errorMessage: expect.stringMatching(/ Error: exit status 3$/),
      });
      expect(service.log().filter((line) => line.startsWith('INIT_REPORT'))).toEqual([
        'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: error\tError Type: Extension.Crash',
        'INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: error\tError Type: Extension.Crash',
      ]);
    });

    it('while the function works', async () => {
      const service = await watched('exits while invoked');
      expect(failureOf(await service.call('{"ms":3600000}'))).toMatchObject({
        errorType: 'Extension.Crash',
        errorMessage: expect.stringMatching(/ Error: exit status 7$/),
      });
    });

    it('by what its handler returns: the crate reports an init error, which is refused by then, and ends', async () => {
      const service = await watched('fails while invoked');
      expect(failureOf(await service.call('{"ms":3600000}'))).toMatchObject({
        errorType: 'Extension.Crash',
        errorMessage: expect.stringMatching(/ Error: exit status 1$/),
      });
    });

    it('by never registering', async () => {
      const service = await serveReal({
        functions: [
          {
            name: 'waits',
            bootstrap: built['waits']!,
            environment: { WATCHER: 'never registers' },
            extensions: [WATCHER],
            timeoutSeconds: 0.5,
          },
        ],
        initLimitMs: 200,
        isolation,
      });
      const answer = await invoke(service, '{}', { name: 'waits' });
      expect(failureOf(answer).errorType).toBe('Sandbox.Timedout');
    });

    it('by a timeout of the function: it hears of that, and the next invocation finds it started anew', async () => {
      const service = await watched('', { timeoutSeconds: 0.5 });
      expect(failureOf(await service.call('{"ms":3600000}')).errorType).toBe('Sandbox.Timedout');
      await eventually('it is told', () => service.log().includes('watcher: SHUTDOWN timeout'));
      await eventually('it has ended', () => service.log().includes('watcher: done'));
      expect((await service.call('{"ms":1}')).status).toBe(200);
      expect(service.log().filter((line) => line.startsWith('EXTENSION\t'))).toHaveLength(2);
    });

    it('by ignoring the end: it is killed after two seconds', async () => {
      const service = await watched('ignores the end');
      await service.call('{"ms":1}');
      await eventually('the invocation is over', () => reports(service).length === 1);
      await service.close();
      expect(service.log().slice(-2)).toEqual(['watcher: SHUTDOWN spindown', 'closed: closing']);
    });
  });

  describe('an internal extension', () => {
    it('goes on after the answer, and only then the environment is free', async () => {
      const service = await run('inner-flush');
      expect((await service.call('"one"')).text).toBe('"one"');
      await eventually('the invocation is over', () => reports(service).length === 1);
      expect((await service.call('"two"')).text).toBe('"two"');
      await eventually('the invocation is over', () => reports(service).length === 2);
      expect(service.environmentCount('inner-flush')).toBe(1);
      expect(service.log()).toEqual([
        expect.stringMatching(/^INIT_START /),
        'EXTENSION\tName: inner-flush-extension\tState: Ready\tEvents: [INVOKE]',
        ...['', ''].flatMap(() => [
          'START RequestId: ID Version: $LATEST',
          'flushed',
          'END RequestId: ID',
          expect.stringMatching(/^REPORT /),
        ]),
      ]);
    });
  });

  describe('lambda_runtime’s graceful shutdown', () => {
    const HELPER = '_lambda-rust-runtime-no-op-graceful-shutdown-helper';

    it('runs its hook when the environment ends', async () => {
      const service = await run('graceful');
      expect((await service.call('1')).text).toBe('1');
      await service.close();
      expect(service.log()).toContain(`EXTENSION\tName: ${HELPER}\tState: Ready\tEvents: []`);
      const ending = service.log().slice(-5);
      // Written to two pipes, of which neither waits for the other.
      expect(ending.filter((line) => line !== 'cleaned up')).toEqual([
        '[runtime] SIGTERM received',
        '[runtime] Graceful shutdown in progress ...',
        '[runtime] Graceful shutdown completed',
        'closed: closing',
      ]);
      expect(ending).toContain('cleaned up');
    });

    it('runs its hook after a timeout, too', async () => {
      const service = await run('graceful', { timeoutSeconds: 0.5 });
      expect(failureOf(await service.call('{"timeout":true}')).errorType).toBe('Sandbox.Timedout');
      await eventually('it has cleaned up', () => service.log().includes('cleaned up'));
      expect((await service.call('2')).text).toBe('2');
    });
  });
});
