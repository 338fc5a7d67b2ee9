import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { TraceNews } from '../../local/events.js';
import { span } from '../../traces/spans.fixture.js';
import { traceTree } from './trace-tree.js';

const news = (spans: TraceNews['spans'], droppedSpans = 0) => ({
  function: 'hello',
  traceId: '5759e988bd862e3fe1be46a994272793',
  spans,
  droppedSpans,
  time: 0,
});
const draw = (...args: Parameters<typeof news>) => traceTree(news(...args), pc.createColors(false));

describe('a trace in a terminal', () => {
  it('is a tree with durations, problems, and what spans say of themselves', () => {
    const spans = [
      span('1', undefined, { name: 'hello', startMs: 100, endMs: 148 }),
      span('2', '1', { name: 'init', startMs: 100, endMs: 124 }),
      span('3', '1', { name: 'pay', startMs: 124, endMs: 147, status: 'error', statusMessage: 'no money' }),
      span('4', '3', {
        name: 'ask bank',
        startMs: 130,
        endMs: 130.25,
        attributes: { cents: 100, 'code.file.path': 'src/main.rs', busy_ns: 3 },
      }),
    ];
    expect(draw(spans)).toEqual([
      'trace 5759e988bd862e3fe1be46a994272793 · 48.00 ms',
      '  hello        ▕████████████████████████▏ 48.00 ms',
      '  ├ init       ▕████████████            ▏ 24.00 ms',
      '  └ pay        ▕            ████████████▏ 23.00 ms ✗ no money',
      '    └ ask bank ▕               █        ▏  0.25 ms cents=100',
    ]);
  });

  it('says what is missing', () => {
    const [, row, dropped] = draw([span('b', 'a')], 3);
    expect(row).toContain('(its parent was not received)');
    expect(dropped).toBe('  ! 3 spans were not kept');
    const many = Array.from({ length: 500 }, (_, at) => span(String(at + 1)));
    expect(draw(many).at(-1)).toBe('  … and 300 spans more');
  });

  it('does not let names steer the terminal', () => {
    const [, row] = draw([
      span('1', undefined, { name: '\u001b[2Jx\r\ny\u0007', attributes: { a: '\u001b]0;t\u0007' } }),
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
    expect(row).not.toMatch(/[\u0000-\u001f]/);
    expect(row).toContain('x y');
  });
});
