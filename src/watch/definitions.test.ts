import { expect, it } from 'vitest';
import { projectWith } from '../project/project.fixture.js';
import { definitionOf, serviceOptions } from './definitions.js';
import type { WatchOptions, WatchOverrides } from './options.js';

const project = projectWith([
  { name: 'orders', settings: { deploy: { reserved_concurrency: 5, provisioned_concurrency: 2 } } },
  { name: 'mails' },
]);
const [orders, mails] = project.functions;

const optionsWith = (overrides: WatchOverrides): WatchOptions => ({
  load: { cwd: '/p', env: {} },
  overrides,
  ignoreChanges: false,
  keepServing: false,
  triggers: false,
  announce: false,
  color: false,
  service: {},
  onEvent: () => {},
});

it('takes layers and extensions from folders here, not the layers that a deploy names', () => {
  const watch = { layers: ['/p/layer'], extensions: ['/p/spy'] };
  const deploy = { layer: ['arn:aws:lambda:eu-west-1:123456789012:layer:spy:1'] };
  const [target] = projectWith([{ name: 'orders', settings: { watch, deploy } }]).functions;
  expect(definitionOf(target!, {})).toMatchObject({ layers: ['/p/layer'], extensions: ['/p/spy'] });
  expect(definitionOf(mails!, {})).not.toHaveProperty('layers');
});

it.each<[string, WatchOverrides, (number | undefined)[], (number | undefined)[]]>([
  ['the manifest', {}, [5, 2], [undefined, undefined]],
  ['for each function', { reservedConcurrency: { each: 7, one: {} } }, [7, 2], [7, undefined]],
  [
    'for one and for each',
    { reservedConcurrency: { each: 7, one: { orders: 1 } }, provisionedConcurrency: { each: 0, one: {} } },
    [1, 0],
    [7, 0],
  ],
  [
    'for one',
    { provisionedConcurrency: { one: { mails: 3 } }, reservedConcurrency: { one: { orders: 0 } } },
    [0, 2],
    [undefined, 3],
  ],
])('concurrency: %s', (_said, overrides, ofOrders, ofMails) => {
  const concurrency = (target: typeof orders) => {
    const { reservedConcurrency, provisionedConcurrency } = definitionOf(target!, overrides);
    return [reservedConcurrency, provisionedConcurrency];
  };
  expect([concurrency(orders), concurrency(mails)]).toEqual([ofOrders, ofMails]);
});

it('a function that there is none of is a mistake', () => {
  expect(() => serviceOptions(project, optionsWith({ reservedConcurrency: { one: { order: 1 } } }))).toThrow(
    "--reserved-concurrency order=1: there is no function 'order'; there are: orders, mails.",
  );
});

it('how long environments stay is said by the command line before the manifest', () => {
  const run = { ...project, settings: { ...project.settings, watch: { keep_alive: 30 } } };
  expect(serviceOptions(run, optionsWith({})).keepAliveSeconds).toBe(30);
  expect(serviceOptions(run, optionsWith({ keepAliveSeconds: 5 })).keepAliveSeconds).toBe(5);
  expect(serviceOptions(project, optionsWith({}))).not.toHaveProperty('keepAliveSeconds');
});
