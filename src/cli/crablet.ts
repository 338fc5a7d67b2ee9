#!/usr/bin/env node
import { VERSION } from '../version.js';

// npm only warns when Node.js is too old; without this line people would meet a stack trace instead.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `crablet: Node.js ${process.versions.node} is too old. Install Node.js 20.19 or newer.\n`,
  );
  process.exit(3);
}

// The version is answered before anything else is loaded: scripts ask for it often.
const first = process.argv[2];
if (process.argv.length === 3 && (first === '--version' || first === '-V')) {
  process.stdout.write(`crablet ${VERSION}\n`);
} else {
  const { main } = await import('./main.js');
  await main();
}
