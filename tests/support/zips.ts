import { makeZip, type ZipEntry } from '../../src/build/zip.js';

/** A zip with a program at its root that could be started, and is not: scripted runtimes stand for it. */
export function functionZip(text = 'a function', entries: readonly ZipEntry[] = []): Buffer {
  const bytes = Buffer.from(`#!/bin/sh\n# ${text}\n`);
  return Buffer.from(makeZip([{ name: 'bootstrap', bytes, executable: true }, ...entries]));
}
