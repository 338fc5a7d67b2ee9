/** Dollars for a person: cents from one dollar on, and four digits that count below. */
export function dollars(value: number): string {
  const size = Math.abs(value);
  const text =
    size === 0
      ? '0.00'
      : size >= 1
        ? size.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
        : size >= 0.001
          ? size.toFixed(4)
          : size.toExponential(2).replace(/e([+-])(\d+)/, (_, sign, digits) => `e${sign}${digits}`);
  return `${value < 0 ? '−' : ''}$${text}`;
}

const FACTORS = { k: 1e3, m: 1e6, b: 1e9, g: 1e9 } as const;

/** `10M`, `1.5k`, `2B` or digits, with or without `_` and `,` between; undefined for any other. */
export function countOf(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([kmbg])?$/i.exec(text.trim().replaceAll(/(?<=\d)[_,](?=\d)/g, ''));
  if (!found) return undefined;
  const factor = found[2] === undefined ? 1 : FACTORS[found[2].toLowerCase() as keyof typeof FACTORS];
  return Math.round(Number(found[1]) * factor);
}

/** `1%`, `0.5 %`, or a share such as `0.01`; undefined for any other, and for more than all. */
export function shareOf(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim());
  if (!found) return undefined;
  const share = Number(found[1]) / (found[2] === undefined ? 1 : 100);
  return share <= 1 ? share : undefined;
}
