import { createColors } from 'picocolors';
import { ARCHITECTURES } from '../../lambda/prices.js';
import { wantsColor } from '../color.js';
import type { CostResult } from '../commands/cost.js';
import { type CliContext, note, print } from '../context.js';
import { pricesText } from '../priced.js';
import { dollars } from './dollars.js';
import { aligned } from './figures.js';

/** Each line of the formula, both architectures side by side. */
export function reportCost(result: CostResult, context: CliContext): void {
  const { dim, bold } = createColors(wantsColor(context, undefined));
  const { basis, costs, usage, region, prices, freeTier } = result;
  const { x86_64: x86, arm64: arm } = costs;
  const percent = `${Number((usage.coldShare * 100).toFixed(4))} %`;
  print(
    context,
    `${usage.requests.toLocaleString('en-US')} requests a month, ${percent} of them cold, ${usage.memoryMb} MB, ${region}`,
  );
  const names = {
    requests: 'requests',
    warm: 'duration, warm',
    cold: 'duration, cold',
    'free tier': 'free tier',
  };
  const rows = x86.lines.map((line, at) => [
    names[line.what],
    dollars(line.dollars),
    dollars(arm.lines[at]!.dollars),
  ]);
  const table = [['', ...ARCHITECTURES], ...rows, ['a month', dollars(x86.dollars), dollars(arm.dollars)]];
  const lines = aligned(table);
  for (const [at, line] of lines.entries())
    print(context, `  ${at === lines.length - 1 ? bold(line) : line}`);
  print(context, '');
  for (const line of x86.lines) print(context, `  ${names[line.what]}: ${line.formula}`);
  print(context, `  on arm64 the same with $${rateText(arm.lines[1]!.formula)}`);
  const other =
    basis.measuredOn === undefined ? undefined : basis.measuredOn === 'arm64' ? 'x86_64' : 'arm64';
  note(context, dim(`durations: ${basis.origin}`));
  if (other !== undefined)
    note(context, dim(`${other}: its price for the same durations; how fast it runs there was not measured`));
  note(context, dim(freeTier ? FREE : NOT_FREE));
  note(
    context,
    dim(
      `${pricesText(prices)}; without logs, data transfer, /tmp above 512 MB, streamed bytes above 6 MB, provisioned concurrency`,
    ),
  );
}

const FREE =
  'the free tier is taken off: 1,000,000 requests and 400,000 GB-s a month for all functions of the account';
const NOT_FREE =
  'the free tier of the account (1,000,000 requests and 400,000 GB-s a month) is not taken off: --free-tier';

function rateText(formula: string): string {
  return formula.split('$').at(-1) ?? '';
}
