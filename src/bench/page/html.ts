/** A text as it stands in HTML and SVG. */
export function escaped(text: string | number): string {
  return String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** One page that needs nothing else: no script, no font, no network. */
export function page(title: string, lead: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="crablet">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${escaped(title)}</h1><p class="lead">${lead}</p></header>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

export function section(title: string, note: string, body: string): string {
  return `<section><h2>${escaped(title)}</h2>${note === '' ? '' : `<p class="note">${note}</p>`}${body}</section>`;
}

/** The first cell of each row is a heading; the others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell, at) => (at === 0 ? `<th scope="row">${cell}</th>` : `<${tag}>${cell}</${tag}>`)).join('');
  const heading = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  return `<div class="wide" role="group" aria-label="${escaped(head[0] || 'Figures')}" tabindex="0"><table><thead><tr>${heading}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells(row, 'td')}</tr>`)
    .join('')}</tbody></table></div>`;
}

/** The names of series, each beside its color. */
export function legend(names: readonly string[]): string {
  if (names.length < 2) return '';
  return `<ul class="legend">${names
    .map((name, at) => `<li><i class="s${at % SERIES}"></i>${escaped(name)}</li>`)
    .join('')}</ul>`;
}

/** How many series have a color of their own. */
export const SERIES = 6;

// Colors that differ in lightness, too, so that they can be told apart by those who see fewer of them.
const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1d2129;--soft:#5d6675;--line:#e4e2dd;--grid:#eceae5;
--s0:#c8451b;--s1:#2563b0;--s2:#2f855a;--s3:#8a5a9e;--s4:#b7791f;--s5:#4a5568;--good:#2f855a;--bad:#b83232}
@media (prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1c1f25;--ink:#e8e6e1;--soft:#9aa3b2;--line:#2d313a;
--grid:#272b33;--s0:#ff8a5c;--s1:#6ea8fe;--s2:#68d391;--s3:#c99be0;--s4:#f0c05a;--s5:#a0aec0;--good:#68d391;--bad:#fc8181}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:3rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.015em}
h2{font-size:1.15rem;margin:0 0 .25rem}
.lead{color:var(--soft);margin:0 0 1.5rem}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.4rem 1.5rem;margin:0 0 1.1rem}
.note{color:var(--soft);margin:.1rem 0 1rem;font-size:.92rem}
.wide{overflow-x:auto;border-radius:6px}
.wide:focus-visible{outline:2px solid var(--s1);outline-offset:4px}
.wide svg{min-width:40rem}
@media print{.wide svg{min-width:0}}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{padding:.45rem .6rem;text-align:right;border-top:1px solid var(--line);white-space:nowrap}
thead th{border-top:0;color:var(--soft);font-weight:500}
th:first-child{text-align:left;font-weight:500}
td small{color:var(--soft)}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--soft)}
svg text.name{fill:var(--ink);font-size:13px}
svg text.value{fill:var(--ink);font-weight:600;font-size:13px;paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.grid{stroke:var(--grid);stroke-width:1}
.axis{stroke:var(--line);stroke-width:1}
.one{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 4}
.line{fill:none;stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
${Array.from({ length: 6 }, (_, at) => `.s${at}{--c:var(--s${at})}`).join('')}
circle.s0,circle.s1,circle.s2,circle.s3,circle.s4,circle.s5,rect.s0,rect.s1,rect.s2,rect.s3,rect.s4,rect.s5{fill:var(--c)}
.line,.median,.span{stroke:var(--c)}
.dot{fill-opacity:.55}
.median{stroke-width:2.5}
.span{stroke-width:7;stroke-opacity:.22;stroke-linecap:round}
.pick{stroke:var(--ink);stroke-width:1.5}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.1rem;list-style:none;padding:0;margin:0 0 .7rem;font-size:.92rem}
.legend i{display:inline-block;width:.75rem;height:.75rem;border-radius:3px;margin-right:.45rem;background:var(--c)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.9rem;margin:.6rem 0 0}
.tile b{display:block;font-size:1.65rem;line-height:1.15;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.88rem}
.tile small{display:block;color:var(--soft);font-size:.8rem;font-variant-numeric:tabular-nums}
.better{color:var(--good)}.worse{color:var(--bad)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.1rem;margin:0;font-size:.92rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
@media (max-width:34rem){main{padding:1.5rem .75rem 3rem}section{padding:1rem}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .5rem}}
@media print{section{break-inside:avoid}}
`.replaceAll('\n', '');
