/** Whatever has a time, in its order, out of several such series. */
export async function* mergeByTime<T extends { readonly time: number }>(
  series: readonly AsyncIterable<T>[],
): AsyncGenerator<T> {
  const iterators = series.map((one) => one[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((one) => one.next()));
    for (;;) {
      let first = -1;
      for (const [index, head] of heads.entries()) {
        if (head.done) continue;
        const best = heads[first];
        // Of equals the first series goes first.
        if (best === undefined || best.done || head.value.time < best.value.time) first = index;
      }
      const head = heads[first];
      if (head === undefined || head.done) return;
      yield head.value;
      heads[first] = await iterators[first]!.next();
    }
  } finally {
    await Promise.all(iterators.map((one) => one.return?.(undefined)));
  }
}
