import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cargoConfiguration } from './cargo-configuration.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crablet-settings-'));
  mkdirSync(join(folder, '.cargo'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settings = () => cargoConfiguration(folder, { CARGO_HOME: join(folder, 'home') });
const write = (name: string, text: string) => writeFileSync(join(folder, '.cargo', name), text);

describe('what counts of the configuration of cargo', () => {
  it('is not where things are, nor how cargo talks', () => {
    write(
      'config.toml',
      '[build]\ntarget-dir = "x"\njobs = 2\n[term]\nquiet = true\n[profile.dev]\ndebug = 1\n',
    );
    expect(settings()).toEqual([
      [
        ['build', []],
        ['profile', { dev: { debug: 1 } }],
      ],
    ]);
  });

  it('is also what it includes, in a circle or not', () => {
    write('config.toml', 'include = ["a.toml", { path = "none.toml", optional = true }]\n');
    write('a.toml', 'include = "config.toml"\n[env]\nA = "1"\n');
    const before = settings();
    expect(before).toEqual([[['env', { A: '1' }]]]);
    write('a.toml', 'include = "config.toml"\n[env]\nA = "2"\n');
    expect(settings()).not.toEqual(before);
  });
});
