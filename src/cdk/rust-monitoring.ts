import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IAlarmAction,
  type IWidget,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { addConstructMetadata } from 'aws-cdk-lib/core/lib/metadata-resource';
import { Construct } from 'constructs';
import { identityOf, JSII_RTTI } from './identity.js';
import { injected } from './injected.js';

/** What is watched, and who is told. */
export interface RustMonitoringProps {
  /** The functions. */
  readonly functions: LambdaFunction[];
  /**
   * What every alarm does, such as `new SnsAction(topic)`.
   * @default - they are only shown
   */
  readonly alarmActions?: IAlarmAction[];
  /**
   * From how many errors in five minutes on there is an alarm.
   * @default 1
   */
  readonly errorThreshold?: number;
  /**
   * The part of a function's timeout that its slowest hundredth may take.
   * @default 0.8
   */
  readonly durationShare?: number;
  /**
   * The name of the dashboard.
   * @default - made by CloudFormation
   */
  readonly dashboardName?: string;
}

const PERIOD = Duration.minutes(5);
/** AWS's default of functions that say nothing (developer guide, "Configure Lambda function timeout"). */
const DEFAULT_TIMEOUT = Duration.seconds(3);

/** Alarms for errors, throttles and durations near the timeout, and a dashboard with a row for each function. */
export class RustMonitoring extends Construct {
  /** By which property injectors know this construct. */
  static readonly PROPERTY_INJECTION_ID: string = 'crablet.RustMonitoring';
  static readonly [JSII_RTTI] = identityOf('RustMonitoring');

  readonly dashboard: Dashboard;
  /** All of them. */
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, props: RustMonitoringProps) {
    super(scope, id);
    const own = injected(RustMonitoring.PROPERTY_INJECTION_ID, props, scope, id);
    addConstructMetadata(this, own);
    this.alarms = own.functions.flatMap((one) => this.alarmsOf(one, own));
    for (const alarm of this.alarms) alarm.addAlarmAction(...(own.alarmActions ?? []));
    this.dashboard = new Dashboard(this, 'Dashboard', {
      ...(own.dashboardName !== undefined && { dashboardName: own.dashboardName }),
      widgets: own.functions.map(rowOf),
    });
  }

  private alarmsOf(
    one: LambdaFunction,
    { errorThreshold = 1, durationShare = 0.8 }: RustMonitoringProps,
  ): Alarm[] {
    const limit = (one.timeout ?? DEFAULT_TIMEOUT).toMilliseconds() * durationShare;
    const { path } = one.node;
    const alarm = (kind: string, metric: Metric, threshold: number, what: string) =>
      new Alarm(this, `${path.replaceAll('/', '-')}-${kind}`, {
        metric,
        threshold,
        alarmDescription: `${path}: ${what}`,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // No invocations, no metric.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    return [
      alarm('Errors', one.metricErrors({ period: PERIOD }), errorThreshold, 'invocations that failed'),
      alarm('Throttles', one.metricThrottles({ period: PERIOD }), 1, 'invocations that were throttled'),
      alarm(
        'Duration',
        one.metricDuration({ period: PERIOD, statistic: 'p99' }),
        limit,
        'close to the timeout',
      ),
    ];
  }
}

function rowOf(one: LambdaFunction): IWidget[] {
  const graph = (title: string, left: Metric[]) =>
    new GraphWidget({ title: `${one.node.id}: ${title}`, left, width: 6 });
  const duration = (statistic: string) => one.metricDuration({ period: PERIOD, statistic, label: statistic });
  return [
    graph('invocations', [one.metricInvocations({ period: PERIOD })]),
    graph('errors and throttles', [
      one.metricErrors({ period: PERIOD }),
      one.metricThrottles({ period: PERIOD }),
    ]),
    graph('duration', ['p50', 'p90', 'p99'].map(duration)),
    graph('concurrency', [one.metric('ConcurrentExecutions', { period: PERIOD, statistic: 'Maximum' })]),
  ];
}
