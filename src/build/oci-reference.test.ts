import { describe, expect, it } from 'vitest';
import { parseBase } from './oci-reference.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseBase', () => {
  it.each([
    ['scratch', { kind: 'scratch' }],
    ['oci:/a/layout', { kind: 'layout', path: '/a/layout', tag: undefined }],
    ['oci:/a/layout:v1', { kind: 'layout', path: '/a/layout', tag: 'v1' }],
    ['oci-archive:base.tar', { kind: 'archive', path: 'base.tar', tag: undefined }],
    [
      'public.ecr.aws/lambda/provided:al2023',
      { origin: 'https://public.ecr.aws', repository: 'lambda/provided', reference: 'al2023' },
    ],
    [
      `docker://127.0.0.1:5000/base@${DIGEST}`,
      { origin: 'http://127.0.0.1:5000', repository: 'base', reference: DIGEST },
    ],
    ['localhost:5000/a/b:x', { origin: 'http://localhost:5000', repository: 'a/b', reference: 'x' }],
    ['debian:13', { repository: 'library/debian', reference: '13' }],
    ['someone/image', { repository: 'someone/image', reference: 'latest' }],
  ])('%s', (written, reference) => {
    expect(parseBase(written)).toMatchObject(reference);
  });

  it.each(['', 'UPPER/case', 'a b', 'x:y:z', '../up'])('refuses %j', (written) => {
    expect(parseBase(written)).toBeUndefined();
  });
});
