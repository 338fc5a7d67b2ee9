import { readFileSync } from 'node:fs';

/** The recorded answers in `<name>.json`; the caller states the shape it relies on. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as T;
}
