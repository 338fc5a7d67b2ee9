import { spawn } from 'node:child_process';

/**
 * Opens a file or folder in the user's editor and waits until it is closed; the editor has our terminal.
 * `command` is a program with its arguments, as in EDITOR="code --wait". An editor that ends with an error is an
 * Error, as is one that does not exist.
 */
export async function openEditor(command: string, path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [program = '', ...args] = command.match(/"[^"]*"|'[^']*'|\S+/g)?.map(unquoted) ?? [];
  const child = spawn(program, [...args, path], { env, stdio: 'inherit' });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...end) => resolve(end));
  });
  if (code !== 0) throw new Error(`it ended with ${signal ?? `exit code ${code}`}`);
}

function unquoted(word: string): string {
  return /^(["']).*\1$/.test(word) ? word.slice(1, -1) : word;
}
