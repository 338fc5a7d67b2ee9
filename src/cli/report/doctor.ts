import { createColors } from 'picocolors';
import type { Diagnosis } from '../../build/diagnose.js';
import type { Prospect } from '../../build/prospects.js';
import { VERSION } from '../../version.js';
import { type CliContext, print } from '../context.js';

/** One screen: what there is, what is missing and the command for it, and how a build would be done. */
export function reportDoctor(
  { findings, prospects }: Diagnosis,
  { context, color }: { readonly context: CliContext; readonly color: boolean },
): void {
  const { bold, dim, green, red, yellow } = createColors(color);
  const marks = { ok: green('✓'), missing: yellow('–'), bad: red('✗') } as const;
  const width = Math.max(...findings.map(({ name }) => name.length));
  print(context, `${bold('crablet')} ${VERSION}`);
  const columns = Math.max(NARROWEST, context.stdout.columns ?? COLUMNS);
  for (const { name, state, detail, fix } of findings) {
    const [first, ...more] = lines(detail, columns - width - 4);
    print(context, `${marks[state]} ${name.padEnd(width)}  ${first}`);
    for (const line of more) print(context, `  ${' '.repeat(width)}  ${line}`);
    // A command stays whole, to be copied.
    if (fix) print(context, `  ${' '.repeat(width)}  ${dim('get it:')} ${fix}`);
  }
  print(context, '');
  for (const one of prospects) {
    const mark = one.kind === 'way' ? marks.ok : marks.bad;
    const [first = '', ...more] = lines(
      `${subject(one)}: ${one.kind === 'way' ? one.why : one.what}`,
      columns - 2,
    );
    print(context, `${mark} ${bold(first)}`);
    for (const line of more) print(context, `  ${line}`);
    if (one.kind === 'refused') print(context, `  ${dim('fix:')} ${one.fix}`);
  }
}

/** Of a terminal that does not say how wide it is. */
const COLUMNS = 80;
const NARROWEST = 60;

/** Broken between words; a word that is longer than a line stays whole. */
function lines(text: string, width: number): string[] {
  const all: string[] = [];
  for (const word of text.split(' ')) {
    const last = all.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) all[all.length - 1] = `${last} ${word}`;
    else all.push(word);
  }
  return all;
}

function subject({ functions, target }: Prospect): string {
  const what = functions.length > 0 ? `build of ${functions.join(', ')}` : 'a build';
  return target ? `${what} for ${target}` : what;
}
