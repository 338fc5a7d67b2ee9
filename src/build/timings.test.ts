import { describe, expect, it } from 'vitest';
import { slowestCrates } from './timings.js';

/** In the form of cargo 1.95's page. */
const page = (units: readonly unknown[]) =>
  `<script>\nDURATION = 4;\nconst UNIT_DATA = ${JSON.stringify(units, null, 2)};\nconst CONCURRENCY_DATA = [];\n</script>`;
const unit = (name: string, duration: unknown, version = '1.0.0') => ({
  i: 0,
  name,
  version,
  duration,
  target: '',
});

describe('slowestCrates', () => {
  it('names the slowest, each with all that it took: its build script, too', () => {
    const all = [unit('a', 1), unit('slow', 2), unit('slow', 3.5), unit('b', 4), unit('c', 0.5)];
    expect(slowestCrates(page(all), 3)).toEqual([
      { crate: 'slow 1.0.0', seconds: 5.5 },
      { crate: 'b 1.0.0', seconds: 4 },
      { crate: 'a 1.0.0', seconds: 1 },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['another form', page([unit('a', 'long')])],
    ['half of it', 'const UNIT_DATA = [{"name":'],
    ['no JSON', 'UNIT_DATA = [x];\n'],
  ])('has none for %s', (_, text) => {
    expect(slowestCrates(text, 3)).toEqual([]);
  });
});
