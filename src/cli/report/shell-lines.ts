import { shellWord } from '../../process/shell-word.js';

/** Environment variables as lines that a shell takes, under the name of the function they are for. */
export function shellLines(functionName: string, variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  return [`# ${functionName}`, ...lines].join('\n');
}
