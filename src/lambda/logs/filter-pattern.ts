export type Matcher = (message: string) => boolean;

/** Placeholder until the language is there. */
export function parseFilterPattern(pattern: string): Matcher {
  return (message) => message.includes(pattern);
}
