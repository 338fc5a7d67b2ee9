export interface CrateTime {
  readonly crate: string;
  /** Of one compiler at a time: what is compiled side by side adds up to more than the clock shows. */
  readonly seconds: number;
}

/**
 * The crates that took longest, from the page that `cargo build --timings` writes: its figures stand in it as JSON
 * (cargo reference, "reporting build timings"; the form is nobody's promise, so another one gives none).
 */
export function slowestCrates(page: string, most: number): CrateTime[] {
  const json = /UNIT_DATA = (\[.*?\]);\s*$/ms.exec(page)?.[1];
  if (json === undefined) return [];
  const times = new Map<string, number>();
  for (const unit of parseUnits(json)) {
    const crate = `${unit.name} ${unit.version}`;
    times.set(crate, (times.get(crate) ?? 0) + unit.duration);
  }
  return [...times]
    .map(([crate, seconds]) => ({ crate, seconds }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, most);
}

interface Unit {
  readonly name: string;
  readonly version: string;
  readonly duration: number;
}

function parseUnits(json: string): Unit[] {
  try {
    const units: unknown = JSON.parse(json);
    return Array.isArray(units) ? units.filter(isUnit) : [];
  } catch {
    return [];
  }
}

function isUnit(value: unknown): value is Unit {
  const { name, version, duration } = (value ?? {}) as Partial<Unit>;
  return typeof name === 'string' && typeof version === 'string' && typeof duration === 'number';
}
