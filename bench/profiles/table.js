// docs/build.md's table of what the release profile does.
import { estimateOf, text3 } from '../estimates.js';

const WHAT = { transform: 'JSON', thumbnail: 'picture' };

/**
 * @param {readonly { name: string, sizes: Record<string, number> }[]} built
 * @param {readonly { work: string, bench: object }[]} runs one for each kind of work, its variants in the order of `built`
 */
export function profilesTable(built, runs) {
  const { machine, method, date } = runs[0].bench;
  const rows = built.map(({ name, sizes }, at) => [
    name,
    ...runs.map(({ work }) => `${(sizes[work] / 1e6).toFixed(2)} MB`),
    ...runs.map(({ bench }) => cell(bench, at, ({ initMs }) => initMs)),
    ...runs.map(({ bench }) => cell(bench, at, ({ warmMs }) => warmMs)),
  ]);
  const heads = [
    'profile',
    ...runs.map(({ work }) => `program, ${WHAT[work]}`),
    ...runs.map(({ work }) => `init, ${WHAT[work]}`),
    ...runs.map(({ work }) => `warm, ${WHAT[work]}`),
  ];
  return `${table(heads, rows)}
${date.slice(0, 10)}, ${machine.processors} × ${machine.cpu}, load before ${machine.loadBefore.toFixed(1)}: \`npm run profiles\`, which compiles
[bench/handlers](../bench/handlers) in each way and has \`crablet bench\` invoke them by turns (${method.cold} cold starts, ${method.warm} warm invocations,
milliseconds, medians with their interval of 95 %). **Bold** differs from crablet's own: the intervals have nothing in common.
`;
}

function cell({ variants }, at, of) {
  const [base, own] = [0, at].map((one) => estimateOf(of(variants[one].samples), 0.5));
  const text = `${text3(own.value)} [${text3(own.low)}, ${text3(own.high)}]`;
  return own.low > base.high || own.high < base.low ? `**${text}**` : text;
}

function table(heads, rows) {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
