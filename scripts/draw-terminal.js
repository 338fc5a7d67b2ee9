// Draws docs/terminal.svg, the picture in README.md, from docs/terminal.txt: a recorded session with the
// terminal's own color codes. Run it after the recording was changed: node scripts/draw-terminal.js
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs');
const LINE = 21;
const CHARACTER = 8.43;
const PADDING = 22;
const TITLE_BAR = 38;

/** Readable on the window's dark ground, which is the same whether the page is light or dark. */
const COLORS = {
  text: '#d7dce5',
  dim: '#8891a5',
  31: '#ff7b8a',
  32: '#8fd694',
  33: '#f2c97d',
  36: '#7cc7f5',
};

const lines = readFileSync(join(docs, 'terminal.txt'), 'utf8').trimEnd().split('\n').map(pieces);
const columns = Math.max(...lines.map((line) => line.reduce((sum, { text }) => sum + [...text].length, 0)));
const width = Math.ceil(columns * CHARACTER + 2 * PADDING);
const height = TITLE_BAR + lines.length * LINE + PADDING;

writeFileSync(join(docs, 'terminal.svg'), picture());

/** One line as pieces of one style each: the codes are few, so only those are known. */
function pieces(line) {
  const result = [];
  let style = { bold: false, color: COLORS.text };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a color code begins
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a color code begins
    const code = /^\u001b\[([\d;]*)m$/.exec(part);
    if (code) style = styled(style, code[1]);
    else if (part !== '') result.push({ ...style, text: part });
  }
  return result;
}

function styled(style, codes) {
  let next = style;
  for (const code of codes === '' ? ['0'] : codes.split(';')) {
    if (code === '0') next = { bold: false, color: COLORS.text };
    else if (code === '1') next = { ...next, bold: true };
    else if (code === '2') next = { ...next, color: COLORS.dim };
    else if (code === '22') next = { bold: false, color: COLORS.text };
    else if (code === '39') next = { ...next, color: COLORS.text };
    // 90 to 97 are the bright ones of 30 to 37.
    else next = { ...next, color: COLORS[Number(code) % 60] ?? COLORS.text };
  }
  return next;
}

function picture() {
  const text = lines.map((line, index) => drawn(line, TITLE_BAR + (index + 0.8) * LINE)).join('\n');
  const lights = ['#ff6159', '#ffbd2e', '#28c941']
    .map((color, index) => `<circle cx="${PADDING + index * 20}" cy="19" r="6" fill="${color}"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal in which crablet makes a function, serves it, and rebuilds it on save">
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="#1b1f2a" stroke="#485066"/>
${lights}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${text}
</g>
</svg>
`;
}

/** Each piece at its own column, so that the columns hold whatever font the reader has. */
function drawn(line, y) {
  let column = 0;
  const spans = line.map(({ text, color, bold }) => {
    const x = (PADDING + column * CHARACTER).toFixed(1);
    const length = [...text].length;
    column += length;
    const weight = bold ? ' font-weight="bold"' : '';
    return `<tspan x="${x}" textLength="${(length * CHARACTER).toFixed(1)}" fill="${color}"${weight}>${escaped(text)}</tspan>`;
  });
  return `<text y="${y.toFixed(1)}">${spans.join('')}</text>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(' ', '\u00a0');
}
