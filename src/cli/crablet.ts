#!/usr/bin/env node
import { VERSION } from '../version.js';

// The version is answered before anything else is loaded: scripts ask for it often.
const first = process.argv[2];
if (process.argv.length === 3 && (first === '--version' || first === '-V')) {
  process.stdout.write(`crablet ${VERSION}\n`);
} else {
  const { main } = await import('./main.js');
  await main();
}
