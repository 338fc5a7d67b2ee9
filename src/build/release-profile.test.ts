import { describe, expect, it } from 'vitest';
import { projectWith } from '../project/project.fixture.js';
import { releaseProfileOf, stripsAfterwards } from './release-profile.js';

describe('releaseProfileOf', () => {
  it('goes from the manifest over files and variables to flags', async () => {
    const project = projectWith(
      [
        {
          settings: {
            build: { config: ['profile.release.panic="unwind"', 'net.offline=true', 'no/such/file'] },
          },
        },
      ],
      { releaseProfile: { lto: 'fat', strip: true, panic: 'abort' } },
    );
    const [one] = project.functions;
    if (!one) throw new Error('there is no function');
    const near = { profile: { release: { lto: 'off' } } };
    const far = { profile: { release: { lto: 'thin', debug: 1 } } };
    const env = { CARGO_PROFILE_RELEASE_STRIP: 'none', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '4' };
    expect(await releaseProfileOf(one, project, [near, far], env)).toEqual({
      lto: 'off',
      debug: 1,
      strip: 'none',
      panic: 'unwind',
      'codegen-units': 4,
    });
  });
});

describe('stripsAfterwards', () => {
  it.each([
    [{}, true],
    [{ strip: true }, true],
    [{ strip: 'symbols', debug: 2 }, true],
    [{ strip: 'debuginfo' }, false],
    [{ strip: false }, false],
    [{ debug: true }, false],
    [{ debug: 'line-tables-only' }, false],
    [{ debug: 0 }, true],
  ])('%j: %j', (profile, expected) => {
    expect(stripsAfterwards(profile)).toBe(expected);
  });
});
