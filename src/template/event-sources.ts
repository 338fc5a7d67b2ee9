import type { AppFunction, EventSource } from './app.js';
import type { AppReader } from './reader.js';
import { isTrue } from './template.js';

/** Defaults of a queue (CreateEventSourceMapping). */
const BATCH_SIZE = 10;

/** The queues that functions get their events from. */
export function readEventSources(app: AppReader, functions: readonly AppFunction[]): EventSource[] {
  return app.all('AWS::Lambda::EventSourceMapping').flatMap((one) => {
    const target = one.function('FunctionName');
    if (!target || !functions.some(({ name }) => name === target.name)) return [];
    const arn = one.text('EventSourceArn');
    if (arn === undefined) {
      app.remark(one, 'its event source is not known');
      return [];
    }
    const service = arn.split(':')[2];
    if (service !== 'sqs') {
      app.remark(
        one,
        `events of ${service ?? arn} are not emulated: invoke the function with one (crablet events)`,
      );
      return [];
    }
    return [
      {
        id: `${one.found.stack.name}-${one.found.logicalId}`,
        functionName: target.name,
        eventSourceArn: arn,
        enabled: !one.has('Enabled') || isTrue(one.value('Enabled')),
        batchSize: one.number('BatchSize') ?? BATCH_SIZE,
        maximumBatchingWindowSeconds: one.number('MaximumBatchingWindowInSeconds') ?? 0,
        reportBatchItemFailures: one.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
        maximumConcurrency: one.object('ScalingConfig').number('MaximumConcurrency'),
        filters: one
          .object('FilterCriteria')
          .objects('Filters')
          .flatMap((filter) => filter.text('Pattern') ?? []),
      },
    ];
  });
}
