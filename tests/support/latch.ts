/** A promise and what fulfils it: lets a test say when things happen, without a clock. */
export interface Latch<Value = void> extends PromiseLike<Value> {
  readonly reached: Promise<Value>;
  open(value: Value): void;
}

export function latch<Value = void>(): Latch<Value> {
  let open: (value: Value) => void = () => {};
  const reached = new Promise<Value>((resolve) => {
    open = resolve;
  });
  // biome-ignore lint/suspicious/noThenProperty: so that a latch can be awaited as it is
  return { reached, open: (value) => open(value), then: (done, failed) => reached.then(done, failed) };
}
