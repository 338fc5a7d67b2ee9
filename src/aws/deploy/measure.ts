import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { AlarmState, Measured } from '../../deploy/rollout-cloud.js';
import type { Clients } from './clients.js';

/** The states of these alarms, also of composite ones. */
export async function readAlarms(clients: Clients, names: readonly string[]): Promise<AlarmState[]> {
  const cloudwatch = await clients.cloudwatch();
  const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  const answer = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].map((one) => ({
    name: one.AlarmName ?? '',
    state: one.StateValue ?? 'INSUFFICIENT_DATA',
    reason: one.StateReason ?? '',
  }));
}

interface Asked {
  readonly name: string;
  readonly alias: string;
  readonly versions: readonly string[];
  readonly since: Date;
  readonly until: Date;
}

const METRICS = [
  ['invocations', 'Invocations', 'Sum'],
  ['errors', 'Errors', 'Sum'],
  ['p99', 'Duration', 'p99'],
] as const;

const MINUTE_MS = 60_000;

/** One call for all of it (CloudWatch API, GetMetricData: up to 500 queries). */
export async function measureVersions(clients: Clients, asked: Asked): Promise<Record<string, Measured>> {
  const cloudwatch = await clients.cloudwatch();
  const { paginateGetMetricData } = await import('@aws-sdk/client-cloudwatch');
  const start = Math.floor(asked.since.getTime() / MINUTE_MS) * MINUTE_MS;
  const minutes = Math.max(1, Math.ceil((asked.until.getTime() - start) / MINUTE_MS));
  const results: MetricDataResult[] = [];
  const pages = paginateGetMetricData(
    { client: cloudwatch },
    {
      StartTime: new Date(start),
      EndTime: new Date(start + minutes * MINUTE_MS),
      MetricDataQueries: asked.versions.flatMap((version, index) =>
        METRICS.map(([id, metric, stat]) =>
          query(`${id}${index}`, metric, stat, version, minutes * 60, asked),
        ),
      ),
    },
  );
  for await (const page of pages) results.push(...(page.MetricDataResults ?? []));
  const valuesOf = (id: string) =>
    results.filter((one) => one.Id === id).flatMap(({ Values }) => Values ?? []);
  return Object.fromEntries(
    asked.versions.map((version, index): [string, Measured] => {
      const p99 = valuesOf(`p99${index}`);
      return [
        version,
        {
          invocations: sum(valuesOf(`invocations${index}`)),
          errors: sum(valuesOf(`errors${index}`)),
          // The period is all of the time, of which AWS may make two parts.
          ...(p99.length > 0 && { p99Ms: Math.max(...p99) }),
        },
      ];
    }),
  );
}

/**
 * The dimensions by which Lambda tells the versions of a weighted alias apart: `ExecutedVersion` is of calls of an alias
 * alone, and goes with both others (developer guide, monitoring-metrics; aws-cdk-lib 2.200.0,
 * aws-lambda/lib/lambda-canned-metrics.generated.d.ts), `Resource` is `function:alias` (there, lib/alias.js, `metric`).
 */
function query(
  id: string,
  metric: string,
  stat: string,
  version: string,
  period: number,
  { name, alias }: Asked,
): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Lambda',
        MetricName: metric,
        Dimensions: [
          { Name: 'FunctionName', Value: name },
          { Name: 'Resource', Value: `${name}:${alias}` },
          { Name: 'ExecutedVersion', Value: version },
        ],
      },
      Period: period,
      Stat: stat,
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
