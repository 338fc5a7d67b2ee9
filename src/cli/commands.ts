import type { CommandModule } from './command.js';

/** Every command: its line in the overview, and its module, loaded only when the command is the one asked for. */
export const COMMANDS: Record<
  string,
  { summary: string; aliases?: string[]; load: () => Promise<CommandModule> }
> = {
  new: {
    summary: 'create a new function, or a workspace of functions',
    load: () => import('./commands/new.js'),
  },
  init: { summary: 'create a function in an existing folder', load: () => import('./commands/init.js') },
  build: { summary: 'build every function for AWS Lambda', load: () => import('./commands/build.js') },
  doctor: {
    summary: 'tell what is installed, and how a build would be done',
    aliases: ['system'],
    load: () => import('./commands/doctor.js'),
  },
  inspect: {
    summary: 'tell whether Lambda can start a zip or a binary',
    load: () => import('./commands/inspect.js'),
  },
  config: {
    summary: 'show the settings of each function, and where they come from',
    load: () => import('./commands/config.js'),
  },
  describe: {
    summary: 'tell which binaries and packages there are, and what each is made of',
    load: () => import('./commands/describe.js'),
  },
  link: {
    summary: 'let cargo lambda run crablet',
    load: () => import('./commands/link.js'),
  },
  watch: {
    summary: 'serve the functions locally, rebuild on save',
    aliases: ['start'],
    load: () => import('./commands/watch.js'),
  },
  invoke: { summary: 'invoke a function, local or on AWS', load: () => import('./commands/invoke.js') },
  logs: {
    summary: "show functions' logs, local or from CloudWatch",
    load: () => import('./commands/logs.js'),
  },
  deploy: {
    summary: 'build the functions and bring them to AWS: see the plan, apply it',
    load: () => import('./commands/deploy.js'),
  },
  exec: { summary: 'run a command against the local service', load: () => import('./commands/exec.js') },
  bench: {
    summary: 'measure a function: cold starts, latency, memory, CPU',
    load: () => import('./commands/bench.js'),
  },
  diff: {
    summary: 'show what differs on AWS from the project',
    load: () => import('./commands/diff.js'),
  },
  versions: {
    summary: 'list the deployed versions, and what gets the traffic',
    load: () => import('./commands/versions.js'),
  },
  rollback: {
    summary: 'lead the traffic back to an earlier version',
    load: () => import('./commands/rollback.js'),
  },
  destroy: {
    summary: 'take away from AWS what deploy made',
    load: () => import('./commands/destroy.js'),
  },
  tune: {
    summary: 'find the memory size that is cheapest, fastest, or both',
    load: () => import('./commands/tune.js'),
  },
  cost: {
    summary: 'tell what a function costs in a month',
    load: () => import('./commands/cost.js'),
  },
};
