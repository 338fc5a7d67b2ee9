import { describe, expect, it } from 'vitest';
import { loggingOf } from './logging.js';

const AWS = { logFormat: 'Text', applicationLogLevel: 'INFO', systemLogLevel: 'INFO' };
const origins = {
  'deploy.system_log_level': {
    source: 'package',
    place: 'Cargo.toml [package.metadata.lambda.deploy]',
    directory: '/p',
  },
} as const;

describe('how a function logs', () => {
  it.each([
    ['without settings', {}, {}, AWS],
    ['a format', { log_format: 'JSON' }, {}, { ...AWS, logFormat: 'JSON' }],
    [
      'levels',
      { log_format: 'JSON', application_log_level: 'ERROR', system_log_level: 'WARN' },
      {},
      { logFormat: 'JSON', applicationLogLevel: 'ERROR', systemLogLevel: 'WARN' },
    ],
    ['a group', { log_group: '/shared' }, {}, { ...AWS, logGroup: '/shared' }],
    [
      'the variables that Lambda would set',
      {},
      { AWS_LAMBDA_LOG_FORMAT: 'json', AWS_LAMBDA_LOG_LEVEL: 'debug' },
      { ...AWS, logFormat: 'JSON', applicationLogLevel: 'DEBUG' },
    ],
    [
      'keys before variables',
      { log_format: 'Text' },
      { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'loud' },
      AWS,
    ],
  ] as const)('%s', (_name, deploy, environment, expected) => {
    expect(loggingOf(deploy, environment, {})).toEqual(expected);
  });

  it('refuses levels for the text format, as AWS does, and says where they are', () => {
    expect(() => loggingOf({ system_log_level: 'WARN' }, {}, origins)).toThrow(
      expect.objectContaining({
        code: 'project.configuration',
        message:
          'Cargo.toml [package.metadata.lambda.deploy]: \'system_log_level\' is "WARN", but the log format is Text, which has no levels.',
        fix: 'Write log_format = "JSON" beside it, or take \'system_log_level\' out.',
      }),
    );
  });
});
