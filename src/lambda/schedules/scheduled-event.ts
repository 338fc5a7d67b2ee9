/** The event of a schedule, where it has no input of its own (EventBridge user guide, "Scheduled events"). */

export interface ScheduledEventFacts {
  readonly id: string;
  readonly arn: string;
  readonly kind: 'rule' | 'scheduler';
  readonly accountId: string;
  readonly region: string;
  /** Epoch milliseconds of the time that it was scheduled for. */
  readonly timeMs: number;
}

export function scheduledEvent(facts: ScheduledEventFacts): string {
  return JSON.stringify({
    version: '0',
    id: facts.id,
    'detail-type': 'Scheduled Event',
    source: facts.kind === 'rule' ? 'aws.events' : 'aws.scheduler',
    account: facts.accountId,
    time: isoSeconds(facts.timeMs),
    region: facts.region,
    resources: [facts.arn],
    // A rule has an object there, a schedule of Scheduler's a text.
    detail: facts.kind === 'rule' ? {} : '{}',
  });
}

/** The context attributes that EventBridge Scheduler puts into an input ("Adding context attributes"). */
export function withAttributes(input: string, facts: ScheduledEventFacts): string {
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', facts.arn)
    .replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(facts.timeMs))
    .replaceAll('<aws.scheduler.execution-id>', facts.id)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}

function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
