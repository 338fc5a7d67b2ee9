// What a run says: a table in Markdown for a person, JSON for a program.

/**
 * One line of the table. `met` is undefined where there is no target, or nothing to compare with.
 * @typedef {{ what: string, ours: string, against?: string, result?: string, target?: string, met?: boolean,
 *   peer?: string, samples: object }} Row
 */

export const milliseconds = (ms) => `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
export const ratio = (value) => `${value.toFixed(2)} ×`;

export function markdown(machine, rows) {
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const lines = rows.map(({ what, ours, against, result, target, met, peer }) =>
    [what, ours, against, result, target, verdict(met), peer].map((cell) => cell ?? '–').join(' | '),
  );
  return [
    ...facts,
    '',
    '| what | crablet | compared with | result | to reach | reached | Cargo Lambda |',
    '|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
    '',
  ].join('\n');
}

function verdict(met) {
  if (met === undefined) return undefined;
  return met ? 'yes' : '**no**';
}

const FIGURES = /(<!-- figures: [^>]* -->\n).*?(<!-- \/figures -->)/s;

/** The page with these figures in the place of the old ones. */
export function withFigures(page, figures) {
  return page.replace(FIGURES, (_, begin, end) => `${begin}${figures}${end}`);
}
