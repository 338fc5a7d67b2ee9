import type { Span } from './span.js';

export interface TreeRow {
  readonly span: Span;
  /** One for each ancestor, outermost first: whether that has more children below; then whether this one is the last. */
  readonly branches: readonly boolean[];
  /** It names a parent that is not among the spans. */
  readonly isOrphan: boolean;
}

/**
 * Spans as a tree, each below its parent, siblings in the order of their beginning. Whatever comes in has a row: a
 * span whose parent is not there, or that is in a circle, is a root.
 */
export function treeOf(spans: readonly Span[]): TreeRow[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const unique = [...byId.values()].sort((a, b) => a.startMs - b.startMs || b.endMs - a.endMs);
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of unique) {
    const { parentSpanId: parent } = span;
    if (parent === undefined || !byId.has(parent)) roots.push(span);
    else children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const rows: TreeRow[] = [];
  const placed = new Set<string>();
  // A stack of our own: what is sent may be as deep as it likes.
  const below = (root: Span) => {
    const waiting: { span: Span; branches: readonly boolean[] }[] = [{ span: root, branches: [] }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, branches } = next;
      if (placed.has(span.spanId)) continue;
      placed.add(span.spanId);
      const isOrphan = span.parentSpanId !== undefined && !byId.has(span.parentSpanId);
      rows.push({ span, branches, isOrphan });
      const own = children.get(span.spanId) ?? [];
      for (const [index, child] of [...own.entries()].reverse())
        waiting.push({ span: child, branches: [...branches, index < own.length - 1] });
    }
  };
  for (const root of roots) below(root);
  for (const span of unique) if (!placed.has(span.spanId)) below(span);
  return rows;
}
