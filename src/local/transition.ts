/** Where an input leads; what a table does not list is refused, and the refusal names the state that was wanted. */
export type Transition<State> =
  | { readonly allowed: true; readonly state: State }
  | { readonly allowed: false; readonly from: State; readonly to: State };

export function transition<State extends string, Input extends string>(
  table: Readonly<Record<State, Partial<Record<Input, State>>>>,
  wanted: Readonly<Record<Input, State>>,
  state: State,
  input: Input,
): Transition<State> {
  const next = table[state][input];
  return next ? { allowed: true, state: next } : { allowed: false, from: state, to: wanted[input] };
}
