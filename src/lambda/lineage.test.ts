import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRound, MAX_ROUNDS } from './lineage.js';
import { parseTraceHeader } from './trace.js';

const HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0';
const arn = (name: string) => `arn:aws:lambda:eu-west-1:111111111111:function:${name}`;

describe('countRound', () => {
  it('counts each function of a chain by itself', () => {
    const names = ['a', 'b', 'a', 'a', 'c', 'b'];
    let incoming: string | undefined;
    const rounds = names.map((name) => {
      const counted = countRound(HEADER, incoming, arn(name));
      incoming = counted.header;
      return counted.rounds;
    });
    expect(rounds).toEqual([1, 1, 2, 3, 1, 2]);
    expect(incoming).toMatch(/;Lineage=[0-9a-f]{8}:3\|[0-9a-f]{8}:1\|[0-9a-f]{8}:2$/);
  });

  it('comes to the limit in a loop', () => {
    let incoming: string | undefined;
    let rounds = 0;
    for (let round = 0; round <= MAX_ROUNDS; round += 1) {
      const counted = countRound(HEADER, incoming, arn('loop'));
      ({ rounds, header: incoming } = counted);
    }
    expect(rounds).toBe(MAX_ROUNDS + 1);
  });

  it('leaves the rest of the header as it is, and takes the place of an older lineage', () => {
    const once = countRound(HEADER, undefined, arn('a')).header;
    expect(once.startsWith(`${HEADER};Lineage=`)).toBe(true);
    expect(parseTraceHeader(once)).toEqual(parseTraceHeader(HEADER));
    expect(countRound(once, once, arn('a')).header.match(/Lineage/g)).toHaveLength(1);
  });

  it('takes any header for what it is worth, and never grows without bound', () => {
    fc.assert(
      fc.property(fc.string(), (incoming) => {
        const { rounds, header } = countRound(HEADER, `Lineage=${incoming}`, arn('a'));
        expect(rounds).toBeGreaterThan(0);
        expect(header.length).toBeLessThan(HEADER.length + 200);
      }),
    );
    const many = Array.from({ length: 50 }, (_, index) => `${index.toString(16).padStart(8, '0')}:1`);
    expect(countRound(HEADER, `Lineage=${many.join('|')}`, arn('a')).header.split('|')).toHaveLength(8);
  });
});
