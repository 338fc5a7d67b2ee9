import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where AWS's programs look for profiles. */
export function configurationFiles(env: NodeJS.ProcessEnv): string[] {
  const folder = join(env['HOME'] || homedir(), '.aws');
  return [
    env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'),
    env['AWS_CONFIG_FILE'] ?? join(folder, 'config'),
  ];
}

/** In words, that a profile is in none of the files; undefined when it is. The SDK then speaks of something else. */
export function missingProfile(env: NodeJS.ProcessEnv, profile: string): string | undefined {
  const texts = configurationFiles(env).map(textOf);
  const names = profileNames(texts.join('\n'));
  if (names.includes(profile)) return undefined;
  const others = names.length > 0 ? `; there is: ${names.join(', ')}` : '';
  return `There is no AWS profile '${profile}'${others}.`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The config file has `[profile dev]` and `[default]`, the credentials file `[dev]`; both have sections of other kinds. */
export function profileNames(text: string): string[] {
  const found = [...text.matchAll(/^\s*\[\s*(?:profile\s+)?([^\]\s]+|"[^"]+")\s*\]/gm)];
  return [...new Set(found.map(([, name = '']) => name.replaceAll('"', '')))].sort();
}
