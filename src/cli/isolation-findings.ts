import type { Finding } from '../build/diagnose.js';
import { type Abilities, missingForLinux } from '../local/isolation/strength.js';

/** What `watch` can limit here: with bwrap which files and whose rights, with control groups how much. */
export function isolationFindings(abilities: Abilities, bwrap: string | undefined): Finding[] {
  return [viewFinding(abilities, bwrap), groupsFinding(abilities)];
}

function viewFinding({ views, sizedTmp, ...rest }: Abilities, bwrap: string | undefined): Finding {
  const name = 'bwrap';
  if (views === true) {
    const what = [
      'read-only files',
      'a user and a /tmp of its own',
      ...(sizedTmp ? ['the size of /tmp'] : []),
    ];
    return { name, state: 'ok', detail: `${bwrap ? `${bwrap}: ` : ''}${what.join(', ')}` };
  }
  const fix = missingForLinux({ views, sizedTmp, ...rest })?.fix;
  return { name, state: 'missing', detail: `${views}: functions see all files`, fix };
}

function groupsFinding(abilities: Abilities): Finding {
  const { memory, freezer, cpu } = abilities;
  const name = 'Control groups';
  const parts = [
    [memory, 'memory'],
    [freezer, 'the freeze between invocations'],
    [cpu, 'the share of the CPU (--cpu aws)'],
  ] as const;
  const there = parts.flatMap(([is, what]) => (is ? [what] : [])).join(', ');
  const not = parts.flatMap(([is, what]) => (is ? [] : [what])).join(', ');
  const fix = missingForLinux({ ...abilities, views: true })?.fix;
  if (fix !== undefined) {
    const detail = there
      ? `only ${there}; not ${not}`
      : `none can be made here; memory is looked at now and then`;
    return { name, state: 'missing', detail, fix };
  }
  return { name, state: 'ok', detail: not ? `${there}; not ${not}` : there };
}
