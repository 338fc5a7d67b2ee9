import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OWNER_TAG, TAGS_TAG } from './desired.js';
import { tagChanges, wantedTags } from './tags.js';

const tags = fc.dictionary(fc.stringMatching(/^[a-zA-Z0-9 :/=+@_.-]{1,20}$/), fc.string({ maxLength: 5 }), {
  maxKeys: 8,
});

/** What is there after the changes. */
function changed(there: Record<string, string>, wanted: Record<string, string>): Record<string, string> {
  const { put, remove } = tagChanges(there, wanted);
  const left = Object.entries(there).filter(([key]) => !remove.includes(key));
  return { ...Object.fromEntries(left), ...put };
}

describe('the tags of a function', () => {
  it('follow the configuration, and those of others stay', () => {
    fc.assert(
      fc.property(tags, tags, tags, (before, after, theirs) => {
        const owned = { ...before, ...after };
        const foreign = Object.fromEntries(
          Object.entries(theirs).filter(([key]) => !Object.hasOwn(owned, key)),
        );
        const there = { ...foreign, ...wantedTags(before, 'app/fn') };
        const wanted = wantedTags(after, 'app/fn');
        expect(changed(there, wanted)).toEqual({ ...foreign, ...wanted });
        expect(tagChanges(changed(there, wanted), wanted)).toEqual({ put: {}, remove: [] });
      }),
    );
  });

  it('are put on and taken off as they differ', () => {
    const there = { ...wantedTags({ team: 'a', cost: '1' }, 'app/fn'), 'aws:cloud': 'x', stage: 'dev' };
    expect(tagChanges(there, wantedTags({ team: 'b' }, 'app/fn'))).toEqual({
      put: { team: 'b', [TAGS_TAG]: wantedTags({ team: '' }, '')[TAGS_TAG] },
      remove: ['cost'],
    });
    // Which of them are the configuration's has to be found again until the last of them is gone.
    expect(tagChanges(there, wantedTags({}, 'app/fn')).remove).toEqual(['team', 'cost', TAGS_TAG]);
    expect(tagChanges({}, wantedTags({}, 'app/fn'))).toEqual({ put: { [OWNER_TAG]: 'app/fn' }, remove: [] });
  });

  it('fit into what AWS takes, with as many as it takes', () => {
    const most = Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`key-${index}`, 'x']));
    expect(wantedTags(most, 'app/fn')[TAGS_TAG]?.length).toBeLessThanOrEqual(256);
  });
});
