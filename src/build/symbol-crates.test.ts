import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crateOfSymbol, cratesIn } from './symbol-crates.js';

describe('the crates that a symbol tells of', () => {
  // Names that rustc 1.95 has given, and what rustc-demangle makes of them.
  it.each<[string, string[], string]>([
    // miniz_oxide::inflate::core::decompress
    ['_RNvNtNtCsfEOYDRpO4Ta_11miniz_oxide7inflate4core10decompress', ['miniz_oxide'], 'miniz_oxide'],
    // gimli::read::unit::parse_attribute::<gimli::read::endian_slice::EndianSlice<…>>, made in std
    [
      '_RINvNtNtCsduwmD7cSIQq_5gimli4read4unit15parse_attributeINtNtB4_12endian_slice11EndianSliceNtNtB6_9endianity12LittleEndianEECsjrHSEGnQ3l9_3std',
      ['gimli', 'std'],
      'gimli',
    ],
    // <core::cell::once::OnceCell<core::result::Result<addr2line::line::Lines, gimli::read::Error>>>::try_init::<…>
    [
      '_RINvMNtNtCsgEmfK2I1SDS_4core4cell4onceINtB3_8OnceCellINtNtB7_6result6ResultNtNtCs4X4t9plMPHF_9addr2line4line5LinesNtNtCsduwmD7cSIQq_5gimli4read5ErrorEE8try_initNCINvB2_11get_or_initNCINvMB1d_NtB1d_9LazyLines6borrowINtNtB1Q_12endian_slice11EndianSliceNtNtB1S_9endianity12LittleEndianEE0E0zECsjrHSEGnQ3l9_3std',
      ['core', 'addr2line', 'gimli', 'std'],
      'addr2line',
    ],
    [
      '_RNvNtNtNtNtNtCsjrHSEGnQ3l9_3std3sys3pal4unix14stack_overflow11thread_info16set_current_info',
      ['std'],
      'std',
    ],
    ['_RNCNvNtNtCsjrHSEGnQ3l9_3std3sys9backtrace10__print_fmts_0B7_', ['std'], 'std'],
    // <&dyn core::fmt::Debug as core::fmt::Debug>::fmt, with a function pointer and a constant besides
    ['_RNvXs_CsX_3appRDNtNtCsY_4core3fmt5DebugEL_NtB4_5Debug3fmt', ['app', 'core'], 'app'],
    ['_RINvCsX_3app3runFEuKj5_TmhEE', ['app'], 'app'],
    ['_ZN10serde_json2de9from_trait17h0123456789abcdefE', ['serde_json'], 'serde_json'],
    // <alloc::vec::Vec<serde_json::Value> as core::ops::drop::Drop>::drop
    [
      '_ZN75_$LT$alloc..vec..Vec$LT$serde_json..value..Value$GT$$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE',
      ['alloc', 'serde_json', 'core'],
      'serde_json',
    ],
    ['_ZN4core3ptr13drop_in_place17h0123456789abcdefE.llvm.1234', ['core'], 'std'],
  ])('%s', (symbol, crates, crate) => {
    expect(cratesIn(symbol)).toEqual(crates);
    expect(crateOfSymbol(symbol)).toBe(crate);
  });

  it.each(['memcpy', '_start', 'aws_lc_0_32_0_SHA256_Final', '_ZN3fooEv', ''])('none of %j', (symbol) => {
    expect(crateOfSymbol(symbol)).toBeUndefined();
  });

  it('ends for any text', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'CMXYNIBAFDTRQSPOGKLEps_0123456789uvab'),
      maxLength: 400,
    });
    fc.assert(
      fc.property(letters, (text) => {
        expect(Array.isArray(cratesIn(`_R${text}`))).toBe(true);
      }),
    );
  });
});
