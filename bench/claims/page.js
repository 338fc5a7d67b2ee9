// docs/claims.md from what was measured and what was published.
import { estimateOf, text3 } from '../estimates.js';
import { NOT_CLAIMED, PUBLISHED } from './published.js';

const NAMES = { rust: 'Rust', node: 'Node.js', python: 'Python' };

const WHAT = {
  hello: 'a greeting',
  transform: '1,000 orders of JSON summed up by customer',
  thumbnail: 'a thumbnail of a PNG of 1024 × 768',
  sha256: 'SHA-256 over 5 MB',
  marshal: "100 items to DynamoDB's JSON and back",
};

const METRICS = [
  {
    title: 'Init',
    note: 'from the start of the process to its first request for an event',
    of: ({ initMs }) => initMs,
  },
  {
    title: 'First invocation',
    note: 'after the init, and beside it what a client notices',
    of: ({ firstMs }) => firstMs,
  },
  { title: 'Warm invocation', note: 'median', of: ({ warmMs }) => warmMs },
  { title: 'Warm invocation, p99', note: 'the rarest of a hundred', of: ({ warmMs }) => warmMs, q: 0.99 },
  {
    title: 'CPU of a warm invocation',
    note: 'steadier than time on a busy machine',
    of: ({ cpuMs }) => cpuMs,
  },
  { title: 'Memory', note: 'highest in use, MB', of: ({ memoryMb }) => memoryMb, q: 1 },
];

/** @param {{ work: string, bench: object, runtimes: string[], languages: string[] }[]} runs */
export function claimsPage(runs, { quick, missing }) {
  const { bench } = runs[0];
  const languages = runs[0].languages;
  return `<!-- Made by \`npm run claims\`; change bench/claims/, not this page. -->

# The article's claims, and what can be said about them

The article that this project follows says of Rust on Lambda: fast cold starts, little memory, low latency, lower cost.
Here each of these stands beside figures that anyone can measure again with one command, and beside published ones.

## Measured on one machine

\`npm run claims\`, ${bench.date.slice(0, 10)}. The same work in three languages ([bench/handlers](../bench/handlers)), each through
its own runtime, invoked by turns in random order by \`crablet bench\` with ${bench.variants[0].memoryMb} MB. A test holds that all three answer
the same. ${quick ? 'A quick run, of few samples: it shows that the command works, and little more.' : ''}

${facts(runs, missing).join('\n')}

${METRICS.map((metric) => tableOf(metric, runs, languages)).join('\n')}
Figures are medians with their interval of 95 % in brackets (order statistics; none is discarded), milliseconds where nothing
else is said. **Bold** is a winner: its interval has nothing in common with those of the others. Without bold there is none.

## What follows

${conclusions(runs, languages).join('\n')}

## Published

| claim | what | Rust | Node.js | Python | source |
|---|---|---|---|---|---|
${PUBLISHED.map((one) => `| ${one.claim} | ${one.what} | ${one.rust} | ${one.node} | ${one.python} | ${one.source} |`).join('\n')}

lambda-perf's functions return an empty answer: no SDK, no TLS, no payload, no VPC, and nothing of what a warm function
does is in its figures. Its Rust is built for size (\`opt-level = "z"\`, LTO, \`panic = "abort"\`).

Since 1 August 2025 init is billed for all functions; for custom runtimes, and so for Rust, it always was
([AWS](https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/)).

## What cannot be claimed

${NOT_CLAIMED.map((one) => `- ${one}`).join('\n')}
`;
}

function facts(runs, missing) {
  const { bench } = runs[0];
  const { machine, method, version } = bench;
  const loads = runs.flatMap(({ bench: { machine: one } }) => [one.loadBefore, one.loadAfter]);
  const cpu = {
    enforced: 'the share of the memory size, enforced by control groups',
    modelled: 'a model of the share',
    full: 'all there is',
  };
  const runtimes = runs[0].languages.map((language, at) => `${NAMES[language]}: ${runs[0].runtimes[at]}`);
  return [
    `- machine: ${machine.processors} × ${machine.cpu}, ${machine.memoryGib} GiB, ${machine.system}, ${machine.architecture}`,
    `- load average during the runs: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}, on ${machine.processors} processors${Math.max(...loads) > machine.processors ? ': **something else was running, times are longer than they would be**' : ''}`,
    `- amounts: ${method.cold} cold starts, ${method.warm} warm invocations after ${method.warmUp} that do not count, seed ${method.seed}`,
    `- processor: ${cpu[method.cpu]}`,
    `- runtimes: ${runtimes.join('; ')}`,
    `- Node.js ${machine.node}, crablet ${version}`,
    ...missing.map((line) => `- left out: ${line}`),
  ];
}

function tableOf({ title, note, of, q = 0.5 }, runs, languages) {
  const rows = runs.map(({ work, bench }) => {
    const estimates = bench.variants.map(({ samples }) => estimateOf(of(samples), q));
    const cells = estimates.map((one, at) =>
      cell(
        one,
        estimates.filter((_, other) => other !== at),
        q,
      ),
    );
    return `| ${WHAT[work]} | ${cells.join(' | ')} |`;
  });
  return `### ${title}

${note}

| | ${languages.map((language) => NAMES[language]).join(' | ')} |
|---|${languages.map(() => '---|').join('')}
${rows.join('\n')}
`;
}

function cell(estimate, others, q) {
  if (!estimate) return '–';
  const text =
    q === 1
      ? text3(estimate.value)
      : `${text3(estimate.value)} [${text3(estimate.low)}, ${text3(estimate.high)}]`;
  return isLowest(estimate, others) ? `**${text}**` : text;
}

function isLowest(estimate, others) {
  return (
    others.length > 0 &&
    others.every(
      (other) => other && estimate.high !== undefined && other.low !== undefined && estimate.high < other.low,
    )
  );
}

function conclusions(runs, languages) {
  const rust = languages.indexOf('rust');
  if (rust === -1) return ['- Rust was not measured.'];
  return METRICS.filter(({ q }) => q !== 0.99).map(({ title, of, q = 0.5 }) => {
    const told = runs.map(({ work, bench }) => {
      const estimates = bench.variants.map(({ samples }) => estimateOf(of(samples), q));
      return {
        work,
        winner: estimates.findIndex(
          (one, at) =>
            one &&
            isLowest(
              one,
              estimates.filter((_, other) => other !== at),
            ),
        ),
      };
    });
    const by = (wanted) => told.filter(({ winner }) => winner === wanted).map(({ work }) => work);
    const parts = languages
      .map((language, at) => [NAMES[language], by(at)])
      .filter(([, works]) => works.length > 0)
      .map(([name, works]) => `${name} is lowest in ${works.join(', ')}`);
    const none = by(-1);
    return `- **${title}:** ${[...parts, ...(none.length > 0 ? [`nobody has won in ${none.join(', ')}`] : [])].join('; ')}.`;
  });
}
