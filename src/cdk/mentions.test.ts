import { describe, expect, it } from 'vitest';
import { mentionsIn } from './mentions.js';

const found = (text: string) => mentionsIn(text, '/w/app/src/main.rs', '/w/app');

describe('mentionsIn', () => {
  it.each([
    ['const A: &str = include_str!("../../schema.json");', '/w/schema.json'],
    ['include_bytes!( "logo.png" )', '/w/app/src/logo.png'],
    ['include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../gen/api.rs"))', '/w/gen/api.rs'],
    ['#[path = "../../shared/mod.rs"] mod shared;', '/w/shared/mod.rs'],
    ['include_str!(r#"a.txt"#)', '/w/app/src/a.txt'],
  ])('%s', (text, file) => {
    expect(found(text).files).toEqual([file]);
  });

  it('names variables, but for those that cargo sets', () => {
    const text = 'env!("GIT_SHA"); option_env!( "STAGE" ); env!("CARGO_PKG_VERSION"); env!("OUT_DIR")';
    expect(found(text).variables).toEqual(['GIT_SHA', 'STAGE']);
  });
});
