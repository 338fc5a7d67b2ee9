import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { missingProfile, profileNames } from './profiles.js';

it('finds the profiles of both files, and nothing else', () => {
  const text = `
[default]
region = eu-central-1
[profile dev]
sso_session = corp
[ profile "with blanks" ]
[sso-session corp]
[services local]
# [profile gone]
[dev]
aws_access_key_id = x
[other]`;
  expect(profileNames(text)).toEqual(['default', 'dev', 'other', 'with blanks']);
});

it('says which there are when one is missing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crablet-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'config');
  const env = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') };
  expect(missingProfile(env, 'dev')).toBe("There is no AWS profile 'dev'.");
  await writeFile(file, '[profile prod]\n[profile dev]\n');
  expect(missingProfile(env, 'dve')).toBe("There is no AWS profile 'dve'; there is: dev, prod.");
  expect(missingProfile(env, 'dev')).toBeUndefined();
});
