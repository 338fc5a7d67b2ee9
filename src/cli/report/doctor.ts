import { createColors } from 'picocolors';
import type { Diagnosis, Prospect } from '../../build/diagnose.js';
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
  for (const { name, state, detail, fix } of findings) {
    print(context, `${marks[state]} ${name.padEnd(width)}  ${detail}`);
    if (fix) print(context, `  ${' '.repeat(width)}  ${dim('get it:')} ${fix}`);
  }
  print(context, '');
  for (const one of prospects) {
    const mark = one.kind === 'way' ? marks.ok : marks.bad;
    print(context, `${mark} ${bold(subject(one))}: ${one.kind === 'way' ? one.why : one.what}`);
    if (one.kind === 'refused') print(context, `  ${dim('fix:')} ${one.fix}`);
  }
}

function subject({ functions, target }: Prospect): string {
  const what = functions.length > 0 ? `build of ${functions.join(', ')}` : 'a build';
  return target ? `${what} for ${target}` : what;
}
