/** The kinds of members that requests have, and what is said of values that are none. */

export type Rule =
  | { readonly is: 'text'; readonly min?: number; readonly max?: number; readonly pattern?: string }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'number'; readonly min?: number; readonly max?: number; readonly fraction?: true }
  | { readonly is: 'flag' }
  /** Epoch seconds, or a date as text. */
  | { readonly is: 'date' }
  /** Base64. */
  | { readonly is: 'bytes' }
  | { readonly is: 'list'; readonly of: Rule; readonly min?: number; readonly max?: number }
  | { readonly is: 'map'; readonly key: Rule; readonly value: Rule }
  | {
      readonly is: 'structure';
      readonly members: Readonly<Record<string, Rule>>;
      readonly required?: readonly string[];
    };

/** One operation: where it is asked for, and with what. */
export interface OperationRule {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Members in braces are parts of the path. */
  readonly path: string;
  /** That has to be in the query, to tell it from another of the same path. */
  readonly flag?: string;
  /** Of the answer when all went well. */
  readonly status: number;
  /** Members that come in the query, and how they are spelt there; the others are in the body. */
  readonly query?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  readonly members: Readonly<Record<string, Rule>>;
}

type Members<M, Q> = {
  readonly [K in keyof M as K extends Q ? K : never]: Value<M[K]>;
} & { readonly [K in keyof M as K extends Q ? never : K]?: Value<M[K]> | undefined };

type Required<R> = R extends { readonly required: readonly (infer Q)[] } ? Q : never;

export type Value<R> = R extends { readonly is: 'choice'; readonly of: readonly (infer W)[] }
  ? W
  : R extends { readonly is: 'text' }
    ? string
    : R extends { readonly is: 'number' | 'date' }
      ? number
      : R extends { readonly is: 'flag' }
        ? boolean
        : R extends { readonly is: 'bytes' }
          ? Buffer
          : R extends { readonly is: 'list'; readonly of: infer One }
            ? readonly Value<One>[]
            : R extends { readonly is: 'map'; readonly value: infer One }
              ? Readonly<Record<string, Value<One>>>
              : R extends { readonly is: 'structure'; readonly members: infer M }
                ? Members<M, Required<R>>
                : never;

/** An operation's input, checked. */
export type InputOf<O> = O extends { readonly members: infer M } ? Members<M, Required<O>> : never;
