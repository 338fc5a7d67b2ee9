import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loggedLine } from './log-line.js';
import { GROUP, line, request } from './logged.fixture.js';
import { type Block, RequestFolder } from './requests.js';

const A = 'aaaaaaaa-0f6b-4a6e-9b1e-2f6d4c1a7b55';
const B = 'bbbbbbbb-0f6b-4a6e-9b1e-2f6d4c1a7b55';

function fold(lines: readonly ReturnType<typeof line>[]): Block[] {
  const folder = new RequestFolder();
  return [...lines.flatMap((one) => folder.take(one)), ...folder.flush()];
}

const told = (blocks: readonly Block[]) =>
  blocks.map((block) =>
    block.kind === 'line'
      ? block.line.message
      : [block.requestId, ...block.lines.filter(({ record }) => !record).map(({ message }) => message)],
  );

describe('requests of a log', () => {
  it('have the lines between START and REPORT; what is outside stands alone', () => {
    const lines = [
      line(0, 'in init'),
      ...request(A, 10, ['one', 'two']).map((event) => loggedLine(GROUP, event)),
      line(20, 'afterwards'),
    ];
    expect(told(fold(lines))).toEqual(['in init', [A, 'one', 'two'], 'afterwards']);
  });

  it('of several environments at once are kept apart', () => {
    const lines = [...request(A, 0, ['of a'], 's1'), ...request(B, 1, ['of b'], 's2')]
      .sort((a, b) => a.time - b.time)
      .map((event) => loggedLine(GROUP, event));
    expect(told(fold(lines))).toEqual([
      [A, 'of a'],
      [B, 'of b'],
    ]);
  });

  it('of one environment that takes several at once are told by what lines name themselves', () => {
    const named = (id: string) =>
      `{"level":"INFO","span":{"name":"Lambda runtime invoke","requestId":"${id}"}}`;
    const [startA, endA, reportA] = request(A, 0, []);
    const [startB, endB, reportB] = request(B, 0, []);
    const lines = [
      ...[startA!, startB!].map((event) => loggedLine(GROUP, event)),
      line(1, named(B)),
      line(2, 'whose?'),
      line(3, named(A)),
      ...[endB!, reportB!, endA!, reportA!].map((event) => loggedLine(GROUP, event)),
    ];
    expect(told(fold(lines))).toEqual(['whose?', [B, named(B)], [A, named(A)]]);
  });

  it('without a START are told by the lines', () => {
    const named = `{"level":"WARN","span":{"requestId":"${A}"}}`;
    expect(told(fold([line(0, named)]))).toEqual([[A, named]]);
  });

  it('that have not ended come at the end', () => {
    const lines = request(A, 0, ['one'])
      .slice(0, 2)
      .map((event) => loggedLine(GROUP, event));
    const [block] = fold(lines);
    expect(block).toMatchObject({ kind: 'request', requestId: A, report: undefined });
  });

  it('lose no line and have none twice, however the environments interleave', () => {
    const stream = fc.array(fc.array(fc.string({ minLength: 1 }), { maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 4 }), fc.infiniteStream(fc.nat(3)), (streams, choice) => {
        const queues = streams.map((requests, s) =>
          requests.flatMap((own, r) =>
            request(`${s}0000000-0000-4000-8000-00000000000${r}`, 0, own, `s${s}`),
          ),
        );
        const all = queues.flat().length;
        const lines = [];
        while (queues.some((queue) => queue.length > 0)) {
          const event = queues[choice.next().value! % queues.length]!.shift();
          if (event) lines.push(loggedLine(GROUP, event));
        }
        const blocks = fold(lines);
        const out = blocks.flatMap((block) => (block.kind === 'line' ? [block.line] : block.lines));
        expect(out).toHaveLength(all);
        for (const block of blocks)
          if (block.kind === 'request') expect(new Set(block.lines.map((one) => one.stream)).size).toBe(1);
      }),
    );
  });
});
