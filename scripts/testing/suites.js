// The suites, as data. Each is one vitest run; `skip` says why it cannot run here and what would enable it.

/** Generous: a hanging suite has to end before a CI's own limit, and a clean Rust build takes minutes. */
const LIMIT_MS = 35 * 60 * 1000;

export function suites({ rust, newerNode }) {
  const node = process.execPath;
  return [
    { name: 'unit', projects: ['unit'], node, timeoutMs: LIMIT_MS },
    { name: 'service', projects: ['service'], node, timeoutMs: LIMIT_MS },
    { name: 'program', projects: ['program'], node, timeoutMs: LIMIT_MS },
    {
      name: 'newer-node',
      projects: ['unit', 'service', 'program'],
      node: newerNode,
      timeoutMs: LIMIT_MS,
      skip: newerNode ? undefined : "a newer Node.js is missing; npm's node-linux package would enable it",
    },
    {
      name: 'rust',
      projects: ['rust'],
      node,
      timeoutMs: LIMIT_MS,
      skip: rust ? undefined : 'Rust is missing; https://rustup.rs would enable it',
    },
  ];
}
