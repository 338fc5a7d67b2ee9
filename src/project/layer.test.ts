import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { readEnvironment } from './environment-layer.js';
import { SECTIONS } from './keys.js';
import { type Layer, type Place, readLayer } from './layer.js';
import type { Source } from './project.js';
import { resolveLayers } from './resolve.js';

const PLACE: Place = {
  source: 'package',
  file: 'Cargo.toml',
  directory: '/p',
  table: 'package.metadata.lambda',
};

const layer = (value: unknown, source: Source = 'package'): Layer => readLayer(value, { ...PLACE, source });

function refusal(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('readLayer', () => {
  it('takes every key of every section by its name', () => {
    for (const [section, kinds] of Object.entries(SECTIONS)) {
      for (const key of Object.keys(kinds)) {
        const error = (() => {
          try {
            return layer({ [section]: { [key]: Symbol('nothing fits this') } });
          } catch (refused) {
            return (refused as Error).message;
          }
        })();
        expect(String(error), `${section}.${key}`).not.toContain('there is no key');
      }
    }
  });

  it.each([
    ['deploy', { memory_size: 256 }, { memory: 256 }],
    [
      'deploy',
      { iam_role: 'orders', layers: ['a'], tags: ['a=b'], dry_run: true },
      { role: 'orders', layer: ['a'], tag: { a: 'b' }, dry: true },
    ],
    ['deploy', { env: { A: 'b' } }, { env_var: { A: 'b' } }],
    [
      'deploy',
      { remote_config: { region: 'eu-west-1', alias: 'live' }, memory: 256 },
      { region: 'eu-west-1', alias: 'live', memory: 256 },
    ],
    ['watch', { invoke_timeout: 3, routes: {} }, { timeout: 3, router: [] }],
    ['watch', { no_reload: true, package: 'x' }, { ignore_changes: true, packages: ['x'] }],
    [
      'build',
      { output_format: 'Zip', features: 'a, b', jobs: 4, env_var: 'A=1,B=x,y' },
      { output_format: 'zip', features: ['a', 'b'], jobs: '4', env_var: { A: '1', B: 'x,y' } },
    ],
    ['build', { compiler: 'cargo_zigbuild' }, { compiler: { type: 'cargo-zigbuild' } }],
    [
      'build',
      { compiler: { type: 'cargo', subcommand: ['x'] } },
      { compiler: { type: 'cargo', subcommand: ['x'] } },
    ],
    ['watch', { invoke_mode: 'response_stream' }, { invoke_mode: 'RESPONSE_STREAM' }],
  ] as const)('reads other spellings of %s: %j', (section, written, values) => {
    expect(layer({ [section]: written }).sections[section].values).toEqual(values);
  });

  it('keeps empty variables, and numbers as texts', () => {
    expect(layer({ env: { A: '', B: 1, C: true } }).env.values).toEqual({ A: '', B: '1', C: 'true' });
  });

  it.each([
    [
      { deploy: { memry: 512 } },
      /Cargo\.toml \[package\.metadata\.lambda\.deploy\]: there is no key 'memry'; the nearest key there is: 'memory'/,
      /Write 'memory' in place of 'memry'/,
    ],
    [
      { deplyo: {} },
      /\[package\.metadata\.lambda\]: there is no key 'deplyo'; the nearest key there is: 'deploy'/,
      /Write 'deploy'/,
    ],
    [{ deploy: { constructor: 1 } }, /no key 'constructor'/, /Take 'constructor' out/],
    [
      { deploy: { remote_config: 'eu' } },
      /'package.metadata.lambda.deploy.remote_config' is "eu"/,
      /as a table/,
    ],
    [{ deploy: { remote_config: { regoin: 'eu' } } }, /no key 'regoin'; .*'region'/, /Write 'region'/],
    [
      { deploy: { memory: 'lots' } },
      /'memory' is "lots", but it must be a whole number from 128 to 10240/,
      /Write a whole number/,
    ],
    [{ deploy: { memory: 64 } }, /'memory' is 64/, /128 to 10240/],
    [{ deploy: { timeout: 901 } }, /from 1 to 900/, /1 to 900/],
    [{ deploy: { tracing: 'on' } }, /one of "Active", "PassThrough"/, /Active/],
    [{ build: { release: 'true' } }, /'release' is "true", but it must be true or false/, /true or false/],
    [{ build: 'x' }, /must be a table/, /\[package\.metadata\.lambda\.build\]/],
    [{ env: ['A'] }, /'env' is \["A"\]/, /KEY=value/],
    ['x', /must be a table/, /as a table/],
  ])('refuses %j', (written, what, fix) => {
    const error = refusal(() => layer(written));
    expect(error.code).toBe('project.configuration');
    expect(error.message).toMatch(what);
    expect(error.fix).toMatch(fix);
  });
});

describe('readEnvironment', () => {
  it.each([
    [{ 'CARGO_LAMBDA_BUILD.RELEASE': 'true' }, 'build', { release: true }],
    [{ CRABLET_BUILD_RELEASE: '0' }, 'build', { release: false }],
    [{ 'CARGO_LAMBDA_BUILD.FEATURES': '[a, "b"]' }, 'build', { features: ['a', 'b'] }],
    [{ CRABLET_DEPLOY_MEMORY_SIZE: '512' }, 'deploy', { memory: 512 }],
    [{ CRABLET_WATCH_ENV_VAR: 'A=1,B=2' }, 'watch', { env_var: { A: '1', B: '2' } }],
    [
      { CARGO_LAMBDA_COMPILER: 'cargo', CARGO_LAMBDA_COMPILER_SUBCOMMAND: 'zigbuild' },
      'build',
      { compiler: { type: 'cargo', subcommand: ['zigbuild'] } },
    ],
    [{ CARGO_LAMBDA_GLOBAL: 'x.toml', CRABLET_HOME: 'x', PATH: '/bin' }, 'build', {}],
  ] as const)('reads %j', (env, section, values) => {
    expect(readEnvironment(env, '/p').sections[section].values).toEqual(values);
  });

  it('names the variable whose key is misspelt or whose value is wrong', () => {
    expect(refusal(() => readEnvironment({ CRABLET_WATCH_CONCURENCY: '2' }, '/p')).message).toMatch(
      /CRABLET_WATCH_CONCURENCY: there is no key 'concurency'; the nearest key there is: 'concurrency'/,
    );
    expect(refusal(() => readEnvironment({ 'CARGO_LAMBDA_DEPLOY.MEMORY': 'x' }, '/p')).message).toMatch(
      /CARGO_LAMBDA_DEPLOY\.MEMORY: 'memory' is "x"/,
    );
  });
});

describe('resolveLayers', () => {
  const below = layer(
    { env: { A: '1', B: '1' }, deploy: { memory: 128, layer: ['a'] }, build: { lambda_dir: 'out' } },
    'workspace',
  );
  const above = layer({ env: { B: '2' }, deploy: { timeout: 5, layer: ['b'] } }, 'package');

  it('puts single values of the stronger layer over those of the weaker, and joins maps', () => {
    const { env, deploy } = resolveLayers([below, above], false);
    expect(env).toEqual({ A: '1', B: '2' });
    expect(deploy).toEqual({ memory: 128, timeout: 5, layer: ['b'] });
  });

  it('joins lists too with admerge', () => {
    expect(resolveLayers([below, above], true).deploy.layer).toEqual(['a', 'b']);
  });

  it('tells where each value came from', () => {
    const { origins } = resolveLayers([below, above], false);
    expect(origins['env.A']?.source).toBe('workspace');
    expect(origins['env.B']?.source).toBe('package');
    expect(origins['deploy.memory']?.place).toBe('Cargo.toml [package.metadata.lambda.deploy]');
    expect(origins['deploy.timeout']?.source).toBe('package');
  });

  it('makes paths absolute from the folder of their file', () => {
    expect(resolveLayers([below], false).build.lambda_dir).toBe('/p/out');
  });
});
