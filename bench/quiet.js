import { availableParallelism, loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** The compiler's own load would be told as that of something else: it fades by two thirds a minute. */
export async function settled(who) {
  const quiet = availableParallelism() / 4;
  for (let second = 0; second < 180 && loadavg()[0] > quiet; second += 5) {
    if (second === 0)
      process.stderr.write(`${who}: waiting for the machine to be quiet, three minutes at most…\n`);
    await setTimeout(5000);
  }
}
