// Figures that others have published, each with its source and date. They are quoted, not measured here.
export const PUBLISHED = [
  {
    claim: 'cold start',
    what: 'hello world, zip, arm64, 128 MB: median of Init Duration (p99)',
    rust: '13.8 ms (44.2)',
    node: '121 ms (151), nodejs24.x',
    python: '100 ms (145), python3.14',
    source:
      '[lambda-perf](https://github.com/maxday/lambda-perf), its files of July and August 2026, about 500 forced cold starts',
  },
  {
    claim: 'cold start',
    what: 'hello world, zip, x86_64, 128 MB: median of Init Duration (p99)',
    rust: '15.9 ms (52.1)',
    node: '136 ms (206), nodejs24.x',
    python: '109 ms (272), python3.14',
    source: '[lambda-perf](https://github.com/maxday/lambda-perf), the same files',
  },
  {
    claim: 'memory',
    what: 'hello world, zip, arm64, 128 MB: mean of Max Memory Used',
    rust: '14.9 MB',
    node: '75 MB, nodejs24.x',
    python: '37 MB, python3.14',
    source: '[lambda-perf](https://github.com/maxday/lambda-perf), 22 August 2026',
  },
  {
    claim: 'cold start',
    what: 'DynamoDB SDK and TLS, arm64, 128 MB: Init Duration, and the first request',
    rust: '112 ms, and about 900 ms',
    node: '–',
    python: '–',
    source:
      '[one author](https://shinyaz.com/en/blog/2026/03/31/lambda-rust-tls-latency-breakdown), 31 March 2026',
  },
];

/** What nobody may conclude from the figures above or below, and why. */
export const NOT_CLAIMED = [
  'That milliseconds measured here are those of AWS: there is no micro virtual machine, no front end and no network, and the processor is another one. Figures of a deployed function: `crablet bench my-function --remote`.',
  'That Init Duration is what a client waits for: fetching the code, placing the environment and the network come on top; so does what the first invocation does once, such as a TLS handshake.',
  'That Rust is so many times faster as such: each line is about one kind of work, with the libraries that its language usually takes for it. Where those are written in C, Python and Node.js may be as fast or faster.',
  'Anything about arm64 from a machine of x86_64, and anything from an emulated processor.',
  'What a month costs you: that takes your own number of requests, memory and share of cold starts: `crablet cost`. For a hello world the charge for requests ($0.20 a million) is most of the bill, whatever the language.',
  '"Speed like C++": nothing here is written in C++. "Safety at compile time" is a property of the language that a benchmark says nothing about.',
  'That a function runs on the edge: Lambda@Edge takes no custom runtime, so no Rust.',
];
