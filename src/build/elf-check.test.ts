import { describe, expect, it } from 'vitest';
import { type ElfPlan, makeElf } from './elf.fixture.js';
import { inspectElf } from './elf.js';
import { checkElf, type Expectation } from './elf-check.js';
import { glibcNeeds, minimumGlibc } from './glibc.js';

const X86 = '/lib64/ld-linux-x86-64.so.2';

function check(plan: ElfPlan, expectation: Partial<Expectation> = {}) {
  const file = makeElf({ interpreter: X86, libraries: ['libc.so.6'], ...plan });
  return checkElf(inspectElf(file), { runtime: 'provided.al2023', ...expectation });
}

const needs = (version: string, symbols: readonly string[] = ['f'], weak = false): ElfPlan => ({
  versions: [{ library: 'libc.so.6', version, symbols, weak }],
});

describe('checkElf', () => {
  const fine: [string, ElfPlan, Partial<Expectation>][] = [
    ['glibc 2.34 on Amazon Linux 2023', needs('GLIBC_2.34'), {}],
    ['glibc 2.26 on Amazon Linux 2', needs('GLIBC_2.26'), { runtime: 'provided.al2' }],
    ['a newer glibc, but weakly', needs('GLIBC_2.39', ['f'], true), {}],
    ['a static binary', { interpreter: undefined, libraries: [] }, {}],
    ['the loader by its other path', { interpreter: `/usr${X86}` }, {}],
    [
      'all base libraries',
      {
        libraries: [
          'libgcc_s.so.1',
          'libm.so.6',
          'libdl.so.2',
          'libpthread.so.0',
          'librt.so.1',
          'libresolv.so.2',
          'ld-linux-x86-64.so.2',
        ],
      },
      {},
    ],
    ['a library in the zip', { libraries: ['libpq.so.5'] }, { bundled: ['libpq.so.5'] }],
    ['a library that a layer may bring', { libraries: ['libpq.so.5'] }, { hasLayers: true }],
    [
      'arm64, asked for',
      { machine: 183, interpreter: '/lib/ld-linux-aarch64.so.1' },
      { architecture: 'aarch64' },
    ],
    ['arm64, not asked for', { machine: 183, interpreter: '/lib/ld-linux-aarch64.so.1' }, {}],
  ];
  it.each(fine)('lets pass: %s', (_, plan, expectation) => {
    expect(check(plan, expectation)).toEqual([]);
  });

  const bad: [string, ElfPlan, Partial<Expectation>, string, RegExp][] = [
    [
      'glibc 2.38',
      needs('GLIBC_2.38', ['__isoc23_strtol']),
      {},
      'glibc',
      /needs glibc 2\.38, but provided\.al2023 has 2\.34: __isoc23_strtol \(GLIBC_2\.38\)/,
    ],
    [
      'glibc 2.34 on Amazon Linux 2',
      needs('GLIBC_2.34'),
      { runtime: 'provided.al2' },
      'glibc',
      /provided\.al2 has 2\.26/,
    ],
    [
      'packed relocations',
      needs('GLIBC_ABI_DT_RELR', []),
      {},
      'glibc',
      /needs glibc 2\.36.*GLIBC_ABI_DT_RELR/,
    ],
    ['private symbols', needs('GLIBC_PRIVATE'), {}, 'glibc', /private version of glibc/],
    ['OpenSSL', { libraries: ['libssl.so.3'] }, {}, 'library', /needs the library libssl\.so\.3/],
    [
      'the wrong architecture',
      {},
      { architecture: 'aarch64' },
      'architecture',
      /built for x86_64, but aarch64/,
    ],
    ['an architecture that Lambda lacks', { machine: 243 }, {}, 'architecture', /riscv64 \(64 bits\)/],
    [
      '32 bits',
      { bits: 32, machine: 3, interpreter: '/lib/ld-linux.so.2' },
      {},
      'architecture',
      /x86 \(32 bits\)/,
    ],
    ['musl, linked dynamically', { interpreter: '/lib/ld-musl-x86_64.so.1' }, {}, 'loader', /ld-musl/],
    ['Nix', { interpreter: '/nix/store/abc-glibc-2.38/lib/ld-linux-x86-64.so.2' }, {}, 'loader', /nix/],
    ['an object file', { type: 1 }, {}, 'format', /object file/],
  ];
  it.each(bad)('finds: %s', (_, plan, expectation, kind, what) => {
    const problems = check(plan, expectation);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind, what: expect.stringMatching(what) });
    expect(problems[0]?.fix).not.toBe('');
  });

  it('refuses what is no Linux program', () => {
    const result = inspectElf(Buffer.from('MZ'));
    expect(checkElf(result, { runtime: 'provided.al2023' })).toMatchObject([
      { kind: 'format', what: expect.stringContaining('Windows') },
    ]);
  });

  it('names some of many symbols', () => {
    const [problem] = check(needs('GLIBC_2.38', ['a', 'b', 'c', 'd', 'e', 'f', 'g']));
    expect(problem?.what).toContain('a, b, c, d, e and 2 more');
  });
});

describe('glibc', () => {
  it('orders releases as numbers, not as texts', () => {
    const versions = ['GLIBC_2.9', 'GLIBC_2.34', 'GLIBC_2.2.5', 'GLIBC_2.30'].map((version) => ({
      library: 'libc.so.6',
      version,
      symbols: [],
    }));
    const result = inspectElf(makeElf({ versions }));
    if (result.kind !== 'elf') throw new Error(result.detail);
    expect(glibcNeeds(result.facts).map(({ version }) => version)).toEqual([
      'GLIBC_2.2.5',
      'GLIBC_2.9',
      'GLIBC_2.30',
      'GLIBC_2.34',
    ]);
    expect(minimumGlibc(result.facts)).toBe('2.34');
  });
});
