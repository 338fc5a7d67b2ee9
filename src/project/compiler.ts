import * as v from 'valibot';
import type { Kind } from './kinds.js';

export const COMPILERS = ['cargo', 'cargo-zigbuild', 'cross'] as const;

/** `[…build.compiler]` as Cargo Lambda reads it: a name, or a table with what only plain cargo knows. */
export interface Compiler {
  readonly type: (typeof COMPILERS)[number];
  /** In the place of `build`: `["zigbuild"]` runs `cargo zigbuild`. */
  readonly subcommand?: readonly string[] | undefined;
  readonly extra_args?: readonly string[] | undefined;
}

const TYPE = v.pipe(
  v.string(),
  v.transform((name) => name.toLowerCase().replaceAll('_', '-')),
  v.picklist(COMPILERS),
);

export const compiler: Kind<Compiler> = {
  schema: v.union([
    v.pipe(
      TYPE,
      v.transform((type) => ({ type })),
    ),
    v.strictObject({
      type: TYPE,
      subcommand: v.optional(v.array(v.string())),
      extra_args: v.optional(v.array(v.string())),
    }),
  ]),
  expected:
    '"cargo", "cargo-zigbuild" or "cross", or a table such as { type = "cargo", subcommand = ["zigbuild"] }',
  merges: 'replace',
  fromText: (text) => text,
};
