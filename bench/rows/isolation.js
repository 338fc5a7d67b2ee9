// What isolation costs: first and warm invocations of one debug build, with `auto` isolation beside `portable`, turn by
// turn in one process. Between two invocations "after a rest" the environment has been frozen.
import { setTimeout as after } from 'node:timers/promises';
import { createLocalLambda } from '../../dist/index.js';
import { cargoBuild } from '../ground.js';
import { milliseconds } from '../report.js';
import { median, summary } from '../statistics.js';

const KINDS = ['portable', 'auto'];
const WARM = 50;
const RESTED = 10;
/** Longer than an environment waits before it is frozen, in milliseconds. */
const REST_MS = 40;

export async function isolationRow(ground, size) {
  const bootstrap = cargoBuild(ground, ground.crablet);
  const services = {};
  const times = {};
  for (const isolation of KINDS) {
    services[isolation] = await createLocalLambda({ functions: [], isolation });
    times[isolation] = { first: [], warm: [], rested: [] };
  }
  for (let turn = 0; turn < size.firsts; turn += 1) {
    for (const kind of KINDS) await measure(services[kind], `hello-${turn}`, bootstrap, times[kind]);
  }
  const enforced = services.auto.isolation;
  for (const kind of KINDS) await services[kind].close();
  return { times, enforced };
}

async function measure(service, name, bootstrap, { first, warm, rested }) {
  const environment = { AWS_LAMBDA_LOG_FORMAT: 'JSON' };
  service.define({ name, bootstrap, logFormat: 'JSON', environment });
  // What the turn before has ended is gone, and the function has been there for a moment, as functions have.
  await after(20 * REST_MS);
  first.push(await timed(service, name));
  for (let number = 0; number < WARM; number += 1) warm.push(await timed(service, name));
  for (let number = 0; number < RESTED; number += 1) {
    await after(REST_MS);
    rested.push(await timed(service, name));
  }
  service.remove(name);
}

const EVENT = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: 'name=Rust',
  headers: {},
  requestContext: { http: { method: 'GET', path: '/' } },
  isBase64Encoded: false,
};

async function timed(service, name) {
  const start = performance.now();
  const { functionError, payload } = await service.invoke(name, EVENT);
  if (functionError) throw new Error(`the function failed: ${payload}`);
  return performance.now() - start;
}

/** @returns {import('../report.js').Row[]} */
export function isolationReport({ times, enforced }) {
  const line = (what, key, most) => {
    const [base, ours] = KINDS.map((kind) => median(times[kind][key]));
    return {
      what,
      ours: milliseconds(ours),
      against: `portable ${milliseconds(base)}`,
      result: `+ ${milliseconds(ours - base)}`,
      target: `at most + ${most} ms`,
      met: ours - base <= most,
      samples: { enforced, auto: summary(times.auto[key]), portable: summary(times.portable[key]) },
    };
  };
  return [
    line('isolation: first invocation, debug', 'first', 15),
    line('isolation: warm invocation, p50', 'warm', 0.1),
    line('isolation: invocation after a rest, p50', 'rested', 0.1),
  ];
}
