import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import {
  type EnvironmentFacts,
  extensionEnvironment,
  functionEnvironment,
  RESERVED_NAMES,
  rejectOversized,
  rejectReserved,
} from './environment-variables.js';

interface Recorded {
  variables: Record<string, string | null>;
}

const facts: EnvironmentFacts = {
  functionName: 'fn',
  version: '$LATEST',
  memoryMb: 1024,
  region: 'eu-west-1',
  logGroup: '/aws/lambda/fn',
  logStream: '2026/01/13/[$LATEST]0123456789abcdef0123456789abcdef',
  runtimeApi: '169.254.100.1:9001',
  taskRoot: '/var/task',
  handler: 'bootstrap',
  initializationType: 'on-demand',
  credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' },
  user: {},
};

describe('the environment recorded on AWS', () => {
  const { variables } = golden<Recorded>('environment-variables');

  it('has these names and no others', () => {
    expect(Object.keys(functionEnvironment(facts)).sort()).toEqual(Object.keys(variables).sort());
  });

  it('has these values', () => {
    const fixed = Object.entries(variables).filter(([, value]) => value !== null);
    expect(functionEnvironment(facts)).toMatchObject(Object.fromEntries(fixed));
  });
});

it('of an extension has nothing that is the runtime’s', () => {
  // RIE: internal/lambda/rapidcore/env/environment.go, AgentExecEnv; developer guide, runtimes-extensions-api
  const function_ = functionEnvironment({ ...facts, user: { TABLE: 'orders', AWS_EXECUTION_ENV: 'x' } });
  const theirs = extensionEnvironment(function_);
  expect(Object.keys(theirs).sort()).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_FUNCTION_VERSION',
    'AWS_LAMBDA_INITIALIZATION_TYPE',
    'AWS_LAMBDA_RUNTIME_API',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'LANG',
    'LD_LIBRARY_PATH',
    'PATH',
    'TABLE',
    'TZ',
  ]);
  expect(theirs['TABLE']).toBe('orders');
});

it('leads to layers where they are', () => {
  const { PATH, LD_LIBRARY_PATH } = functionEnvironment({ ...facts, opt: ['/layers/b', '/layers/a'] });
  expect(PATH).toMatch(/:\/bin:\/layers\/b\/bin:\/layers\/a\/bin$/);
  expect(LD_LIBRARY_PATH).toMatch(/:\/var\/task\/lib:\/layers\/b\/lib:\/layers\/a\/lib$/);
});

describe('precedence', () => {
  it.each([
    ['a name of the user', { TABLE: 'orders' }, { TABLE: 'orders' }],
    ['an empty value', { EMPTY: '' }, { EMPTY: '' }],
    [
      'a default the user may change',
      { TZ: 'Europe/Berlin', PATH: '/x' },
      { TZ: 'Europe/Berlin', PATH: '/x' },
    ],
    ['the log format', { AWS_LAMBDA_LOG_FORMAT: 'json' }, { AWS_LAMBDA_LOG_FORMAT: 'json' }],
    [
      'what the platform reserves',
      { AWS_REGION: 'mars', AWS_ACCESS_KEY_ID: 'x' },
      { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA' },
    ],
  ])('%s', (_, user, expected) => {
    expect(functionEnvironment({ ...facts, user })).toMatchObject(expected);
  });

  it("drops a user's names that start with an underscore", () => {
    const environment = functionEnvironment({ ...facts, user: { _MINE: '1', _HANDLER: 'x' } });
    expect(environment).not.toHaveProperty('_MINE');
    expect(environment['_HANDLER']).toBe('bootstrap');
  });
});

it('has log variables only for the JSON format', () => {
  const json = functionEnvironment({ ...facts, logFormat: 'JSON', applicationLogLevel: 'DEBUG' });
  expect(json).toMatchObject({ AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'DEBUG' });
  const text = functionEnvironment({ ...facts, logFormat: 'Text', applicationLogLevel: 'DEBUG' });
  expect(text).not.toHaveProperty('AWS_LAMBDA_LOG_LEVEL');
});

it('has no credentials when there are none, and no token when there is none', () => {
  expect(functionEnvironment({ ...facts, credentials: undefined })).not.toHaveProperty('AWS_ACCESS_KEY_ID');
  const longLived = { accessKeyId: 'a', secretAccessKey: 'b' };
  expect(functionEnvironment({ ...facts, credentials: longLived })).not.toHaveProperty('AWS_SESSION_TOKEN');
});

it('names the reserved variables of a refusal, and refuses nothing else', () => {
  const message = JSON.parse(
    rejectReserved({ A: '1', AWS_REGION: 'x', _HANDLER: 'y' })?.body ?? '{}',
  ).message;
  expect(message).toMatch(/Reserved keys used in this request: AWS_REGION, _HANDLER$/);
  expect(rejectReserved({ A: '1', TZ: 'UTC', AWS_XRAY_DAEMON_ADDRESS: 'x' })).toBeUndefined();
  for (const name of RESERVED_NAMES) expect(rejectReserved({ [name]: '' })).toBeDefined();
});

it('counts all variables as compact JSON, up to 4096 bytes', () => {
  const around = '{"A":""}'.length;
  expect(rejectOversized({ A: 'x'.repeat(4096 - around) })).toBeUndefined();
  expect(rejectOversized({ A: 'x'.repeat(4097 - around) })?.body).toContain(
    'exceeded the 4KB limit. String measured: {',
  );
  expect(rejectOversized({ A: 'é'.repeat(2045) })).toBeDefined();
});
