import { describe, expect, it } from 'vitest';
import { configuration, desiredFunction, sha256 } from './desired.fixture.js';
import { driftOf } from './drift.js';
import { observedAlias, observedFunction, observedState, withFunction } from './observed.fixture.js';
import { plan } from './plan.js';

const { configuration: settings } = desiredFunction();

describe('what someone changed on AWS', () => {
  it.each([
    ['nothing', {}, []],
    ['only a description', { configuration: { ...settings, description: 'by hand' } }, []],
    [
      'memory, and a variable that is a secret',
      { configuration: { ...settings, memoryMb: 512, environment: { API_TOKEN: 'x', COLOR: 'red' } } },
      [
        { name: 'memory (MB)', before: '128', after: '512' },
        { name: 'env API_TOKEN', before: null, after: '********' },
        { name: 'env COLOR', before: null, after: 'red' },
      ],
    ],
    [
      'code',
      { codeSha256: sha256('two') },
      [{ name: 'code (sha256)', before: digits('one'), after: digits('two') }],
    ],
  ])('is %s, since the version that callers get', (_, change, onAws) => {
    const there = withFunction(change);
    const steps = plan(desiredFunction(), there);
    expect(driftOf(there, steps)).toEqual({ onAws, since: '1', steps });
  });

  it('is told apart from what the project changed', () => {
    const wanted = desiredFunction({ configuration: configuration({ ...settings, timeoutSeconds: 9 }) });
    const there = observedState();
    const drift = driftOf(there, plan(wanted, there));
    expect(drift.onAws).toEqual([]);
    expect(drift.steps.map(({ id }) => id)).toEqual(['configuration', 'version', 'alias']);
  });

  it.each([
    ['no function', observedState({ function: null })],
    ['no alias', withFunction({ alias: null })],
    ['only a layer', { kind: 'layer' as const, latest: null, s3: null }],
  ])('is not known where there is %s', (_, there) => {
    expect(driftOf(there, [])).toEqual({ onAws: [], since: null, steps: [] });
  });

  it('is taken back by a deploy, which then has nothing left to do', () => {
    const byHand = { ...settings, memoryMb: 512 };
    const there = observedState({
      function: observedFunction({ configuration: byHand, alias: observedAlias() }),
    });
    const steps = plan(desiredFunction(), there);
    expect(steps.map(({ id }) => id)).toEqual(['configuration']);
  });
});

function digits(code: string): string {
  return Buffer.from(sha256(code), 'base64').toString('hex').slice(0, 12);
}
