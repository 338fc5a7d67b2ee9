import { expect, it } from 'vitest';
import type { WatchValues } from '../project/keys.js';
import { projectWith } from '../project/project.fixture.js';
import type { WatchOverrides } from './options.js';
import { urlSettingsOf } from './url-settings.js';

const function_url = {
  auth_type: 'AWS_IAM',
  invoke_mode: 'RESPONSE_STREAM',
  cors: { allow_origins: ['*'], max_age: 5 },
} as const;

function settings(
  watch: WatchValues = {},
  overrides: WatchOverrides = {},
  deploy: object = { function_url },
) {
  const [target] = projectWith([{ settings: { watch, deploy } }]).functions;
  return urlSettingsOf(target!.settings, overrides);
}

it('serves a URL as it would be deployed', () => {
  expect(settings()).toMatchObject({
    invokeMode: 'RESPONSE_STREAM',
    urlAuth: 'AWS_IAM',
    cors: { allowOrigins: ['*'], maxAge: 5 },
  });
});

it('unless watch has other settings, or the command line', () => {
  expect(settings({ invoke_mode: 'BUFFERED', disable_cors: true })).not.toHaveProperty('cors');
  expect(settings({ invoke_mode: 'BUFFERED' }).invokeMode).toBe('BUFFERED');
  expect(settings({ invoke_mode: 'BUFFERED' }, { invokeMode: 'auto', urlAuth: 'NONE' })).toMatchObject({
    invokeMode: 'auto',
    urlAuth: 'NONE',
  });
});

it('as the function answers, for everybody, where nothing is configured', () => {
  const plain = settings({}, {}, {});
  expect(plain).toMatchObject({ invokeMode: 'auto', urlAuth: 'NONE' });
  expect(plain).not.toHaveProperty('cors');
});
