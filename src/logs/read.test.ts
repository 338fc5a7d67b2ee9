import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRequest } from './find-request.js';
import { functionOf, levelOf, requestIdIn } from './log-line.js';
import { event, fakeLogs, GROUP, request } from './logged.fixture.js';
import { mergeByTime } from './merge.js';
import { followLines, readLines } from './read.js';

const A = 'aaaaaaaa-0f6b-4a6e-9b1e-2f6d4c1a7b55';

async function all<T>(series: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of series) found.push(one);
  return found;
}

async function* given<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

describe('merging', () => {
  it('has everything, in the order of time', async () => {
    const series = fc.array(fc.nat(20)).map((times) => times.sort((a, b) => a - b).map((time) => ({ time })));
    await fc.assert(
      fc.asyncProperty(fc.array(series, { maxLength: 5 }), async (many) => {
        const merged = await all(mergeByTime(many.map(given)));
        expect(merged).toEqual(many.flat().sort((a, b) => a.time - b.time));
      }),
    );
  });
});

describe('reading several groups', () => {
  it('merges them, and tells which are not there', async () => {
    const source = fakeLogs({
      '/aws/lambda/a': [event(1, 'a1'), event(5, 'a5')],
      '/aws/lambda/b': [event(3, 'b3\n'), event(4, 'b4')],
    });
    const missing: string[] = [];
    const groups = ['/aws/lambda/a', '/aws/lambda/b', '/aws/lambda/c'];
    const lines = await all(readLines(source, { groups, startMs: 0 }, (group) => missing.push(group)));
    expect(lines.map(({ function: name, message }) => `${name} ${message}`)).toEqual([
      'a a1',
      'b b3',
      'b b4',
      'a a5',
    ]);
    expect(missing).toEqual(['/aws/lambda/c']);
  });

  it('shows of a group that functions share those that were asked for', async () => {
    const hex = '00000000000000000000000000000000';
    const source = fakeLogs({
      '/shared': [event(1, 'one', `2026/11/27/a[$LATEST]${hex}`), event(2, 'two', `2026/11/27/b[7]${hex}`)],
    });
    const options = { groups: ['/shared'], functions: ['b'], startMs: 0 };
    expect((await all(readLines(source, options, () => {}))).map(({ message }) => message)).toEqual(['two']);
  });
});

describe('following', () => {
  it('shows what is new once, also what comes late, and a group that is made meanwhile', async () => {
    const source = fakeLogs({ [GROUP]: [event(100, 'first')] });
    const ended = new AbortController();
    const shown: string[] = [];
    const looks: boolean[] = [];
    const meanwhile = [
      () => source.content.get(GROUP)!.push(event(120, 'next')),
      // Older than the newest by less than is looked back.
      () => source.content.get(GROUP)!.push(event(115, 'late')),
      () => source.content.set('/aws/lambda/new', [event(130, 'of another')]),
      () => ended.abort(),
    ];
    await followLines(source, {
      groups: () => source.groups(''),
      startMs: 50,
      intervalMs: 1,
      overlapMs: 10,
      signal: ended.signal,
      wait: async () => void meanwhile.shift()!(),
      onLine: ({ message }) => shown.push(message),
      onLook: (first) => looks.push(first),
    });
    expect(shown).toEqual(['first', 'next', 'late', 'of another']);
    expect(looks).toEqual([true, false, false, false]);
    expect(source.asked.map(({ startMs }) => startMs)).toEqual([50, 90, 110, 110, 50]);
  });
});

describe('finding a request', () => {
  it('has the lines that do not name it, and no others', async () => {
    const before = request('cccccccc-0f6b-4a6e-9b1e-2f6d4c1a7b55', 0, ['not this']);
    const source = fakeLogs({
      '/aws/lambda/other': [],
      [GROUP]: [...before, ...request(A, 10, ['one', 'two']), event(11, 'elsewhere', 'another stream')],
    });
    const groups = ['/aws/lambda/gone', '/aws/lambda/other', GROUP];
    const found = await findRequest(source, groups, A, 0);
    expect(found?.kind === 'request' && found.lines.map(({ message }) => message.slice(0, 5))).toEqual([
      'START',
      'one',
      'two',
      'END R',
      'REPOR',
    ]);
    expect(await findRequest(source, groups, 'no such id', 0)).toBeUndefined();
  });
});

describe('what a line says', () => {
  it.each([
    ['{"level":"WARN"}', 'WARN'],
    [' {"level":"debug","fields":{}}', 'DEBUG'],
    ['2026-11-27T08:00:00.000000Z  WARN orders: low', 'WARN'],
    [' INFO Lambda runtime invoke{requestId="x"}: hi', 'INFO'],
    ['ERROR: no', 'ERROR'],
    ['[WARNING]\t2026', 'WARN'],
    ['ERRORS are none', 'INFO'],
    ['plain', 'INFO'],
  ])('level of %j', (message, level) => expect(levelOf(message)).toBe(level));

  it.each([
    [`{"span":{"requestId":"${A}","name":"Lambda runtime invoke"}}`, A],
    [`INFO Lambda runtime invoke{requestId="${A}" xrayTraceId="Root"}: hi`, A],
    [`INFO Lambda runtime invoke{requestId=${A}}: hi`, A],
    [`{"AWSRequestId": "${A}"}`, A],
    ['requestId=short', undefined],
  ])('request of %j', (message, id) => expect(requestIdIn(message)).toBe(id));

  it.each([
    ['/aws/lambda/hello', '2026/11/27/[$LATEST]00', 'hello'],
    ['/shared', '2026/11/27/hello[7]00', 'hello'],
    ['/shared', 'anything', '/shared'],
  ])('function of %s %s', (group, stream, name) => expect(functionOf(group, stream)).toBe(name));
});
