#!/usr/bin/env node
import { fstatSync, writeSync } from 'node:fs';
import type { Said } from '../build/recorded-build.js';
import { VERSION } from '../version.js';
import { unchangedBuild } from './unchanged.js';
import { askedWords } from './words.js';

// What scripts and constructs ask over and over is answered before anything else is loaded: the version, and that a
// build has nothing to do. Bundled as CommonJS in one file, because Node.js starts that sooner than a module; even the
// streams of the process would take as long to make as all that is done here.

// npm only warns when Node.js is too old; without this line people would meet a stack trace instead.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `crablet: Node.js ${process.versions.node} is too old. Install Node.js 20.19 or newer.\n`,
  );
  process.exit(3);
}

const words = askedWords(process.argv.slice(2));
const told = answer();
if (told) {
  write(2, told.stderr);
  write(1, told.stdout);
} else {
  refuseNowhere();
  void import('./crablet.js');
}

function answer(): Said | undefined {
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    return { stdout: `crablet ${VERSION}\n`, stderr: '' };
  }
  if (words[0] !== 'build') return undefined;
  refuseNowhere();
  return unchangedBuild({ words, cwd: process.cwd(), env: process.env, terminal: isTerminal() });
}

/** Someone has removed, or made anew, the folder that a terminal is still in: nothing can be done from it. */
function refuseNowhere(): void {
  try {
    process.cwd();
  } catch {
    write(2, 'error: The folder that you are in is not there any more.\n');
    write(2, '  fix: Go to another, or to the one that has its name by now: cd "$PWD"\n');
    process.exit(2);
  }
}

/** Of stderr. Only what looks like one is asked in earnest. */
function isTerminal(): boolean {
  try {
    return fstatSync(2).isCharacterDevice() && process.stderr.isTTY === true;
  } catch {
    return false;
  }
}

function write(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    // A reader that has left (`crablet … | head -1`) is not an error of ours.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    // One that is slow, at a pipe that does not wait: streams do.
    (descriptor === 1 ? process.stdout : process.stderr).write(bytes.subarray(written));
  }
}
