/** When requests of an open loop are due, in milliseconds from its start: at a fixed rate, whatever becomes of them. */
export function arrivals(rate: number, seconds: number): number[] {
  const count = Math.max(1, Math.round(rate * seconds));
  return Array.from({ length: count }, (_, at) => (at * 1000) / rate);
}
