import * as v from 'valibot';
import { kind } from './kinds.js';

/** The name of a container image; `oci:` and `oci-archive:` lead to one in a folder or file. */
export const imageName = {
  ...kind(v.pipe(v.string(), v.nonEmpty()), 'the name of an image, such as "scratch" or "oci:folder"', {
    type: 'string',
    minLength: 1,
  }),
  pathAfter: /^oci(-archive)?:/,
};
