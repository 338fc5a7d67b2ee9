import * as v from 'valibot';
import { UserError } from '../errors.js';

/** The number behind the slash grows when a reader of the old form would misunderstand the new. */
export const BENCH_SCHEMA = 'crablet.bench/1';

const milliseconds = v.array(v.pipe(v.number(), v.finite(), v.minValue(0)));

const SamplesSchema = v.object({
  initMs: milliseconds,
  firstMs: milliseconds,
  coldMs: milliseconds,
  warmMs: milliseconds,
  cpuMs: milliseconds,
  coldMemoryMb: milliseconds,
  memoryMb: milliseconds,
  billedMs: milliseconds,
});

const VariantSchema = v.object({
  label: v.string(),
  functionName: v.string(),
  memoryMb: v.number(),
  payloadBytes: v.number(),
  program: v.object({
    sha256: v.optional(v.string()),
    bytes: v.optional(v.number()),
    origin: v.string(),
  }),
  samples: SamplesSchema,
  failures: v.object({ count: v.number(), first: v.optional(v.string()) }),
  unexpectedColds: v.number(),
});

const LoadSchema = v.object({
  rate: v.number(),
  seconds: v.number(),
  sent: v.number(),
  achievedRate: v.number(),
  latencyMs: milliseconds,
  coldStarts: v.number(),
  environments: v.number(),
  /** How late the generator itself was at most. */
  latestMs: v.number(),
  failures: v.object({ count: v.number(), first: v.optional(v.string()) }),
});

const BenchSchema = v.object({
  schema: v.literal(BENCH_SCHEMA),
  version: v.string(),
  date: v.string(),
  where: v.picklist(['local', 'remote']),
  method: v.object({
    cold: v.number(),
    warm: v.number(),
    warmUp: v.number(),
    seed: v.number(),
    /** Whether a processor share was enforced, modelled afterwards, or none was set; on AWS it is AWS's own. */
    cpu: v.picklist(['enforced', 'modelled', 'full', 'aws']),
    isolation: v.string(),
    notes: v.array(v.string()),
  }),
  machine: v.optional(
    v.object({
      cpu: v.string(),
      processors: v.number(),
      memoryGib: v.number(),
      system: v.string(),
      architecture: v.string(),
      governor: v.optional(v.string()),
      node: v.string(),
      loadBefore: v.number(),
      loadAfter: v.number(),
    }),
  ),
  region: v.optional(v.string()),
  /** What answered, where that is not AWS. */
  endpoint: v.optional(v.string()),
  architecture: v.string(),
  variants: v.pipe(v.array(VariantSchema), v.minLength(1)),
  /** A program that does nothing, on the same path: what of the figures is this tool's. */
  floor: v.optional(SamplesSchema),
  load: v.optional(LoadSchema),
});

export type Bench = v.InferOutput<typeof BenchSchema>;
export type Variant = v.InferOutput<typeof VariantSchema>;
export type LoadResult = v.InferOutput<typeof LoadSchema>;

/** @throws UserError bench.file when it is no file of this command, or of another version of it */
export function parseBench(text: string, path: string): Bench {
  const data = json(text, path);
  const schema =
    typeof data === 'object' && data !== null ? (data as { schema?: unknown }).schema : undefined;
  if (typeof schema === 'string' && schema.startsWith('crablet.bench/') && schema !== BENCH_SCHEMA) {
    throw new UserError('bench.file', {
      what: `${path} has the form ${schema}; this crablet reads ${BENCH_SCHEMA}.`,
      fix: 'Measure again with this crablet, or read it with the one that wrote it: crablet bench --save',
    });
  }
  const result = v.safeParse(BenchSchema, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? 'its beginning';
  throw new UserError('bench.file', {
    what: `${path} is no result of crablet bench: at ${where}: ${issue.message}.`,
    fix: 'Name a file that was written with: crablet bench --save FILE',
  });
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError('bench.file', {
      what: `${path} is not JSON: ${(cause as Error).message}.`,
      fix: 'Name a file that was written with: crablet bench --save FILE',
      cause,
    });
  }
}
