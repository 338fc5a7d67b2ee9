import { isDeepStrictEqual } from 'node:util';
import { partitionOf } from '../lambda/function-name.js';
import type { LocalLambda } from '../local/local-lambda.js';
import type { TriggerDefinitions } from '../local/triggers.js';
import { eventSourceOf, serviceOf } from '../project/event-source.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { scheduleOf } from '../project/schedule.js';
import { functionsOf } from './members.js';
import type { WatchOptions } from './options.js';

export type ProjectTriggers = Required<Pick<TriggerDefinitions, 'eventSources' | 'schedules'>>;

interface Home {
  readonly region: string;
  readonly accountId: string;
}

/** The account that stands for a person's own. */
const ACCOUNT = '123456789012';

/** A queue's, where the mapping does not say it (CreateEventSourceMapping). */
const BATCH_SIZE = 10;

/** What `crablet deploy` would have call the functions: event sources and schedules of `[package.metadata.lambda.deploy]`. */
export function triggersOf(project: Project, home: Home): ProjectTriggers {
  const functions = functionsOf(project);
  return {
    eventSources: functions.flatMap(eventSourcesOf),
    schedules: functions.flatMap((target) => schedulesOf(target, home)),
  };
}

function eventSourcesOf({ name, settings }: FunctionTarget): ProjectTriggers['eventSources'] {
  return (settings.deploy.event_sources ?? []).map(eventSourceOf).map((source) => ({
    id: `${name} ${source.arn}`,
    functionName: name,
    eventSourceArn: source.arn,
    enabled: source.enabled,
    batchSize: source.batchSize ?? BATCH_SIZE,
    maximumBatchingWindowSeconds: source.batchingWindowSeconds ?? 0,
    reportBatchItemFailures: source.reportBatchItemFailures,
    maximumConcurrency: source.maximumConcurrency,
    filters: source.filters,
  }));
}

function schedulesOf(
  { name, settings: { deploy } }: FunctionTarget,
  { region, accountId }: Home,
): ProjectTriggers['schedules'] {
  const schedules = (deploy.schedules ?? []).map(scheduleOf).filter(({ enabled }) => enabled);
  return schedules.map((schedule) => {
    // As a deploy names it.
    const rule = `${deploy.name ?? name}.${schedule.name}`;
    return {
      name: rule,
      arn: `arn:${partitionOf(region)}:events:${region}:${accountId}:rule/${rule}`,
      kind: 'rule',
      functionName: name,
      expression: schedule.expression,
      input: schedule.input,
    };
  });
}

/** Follows what the project says, whenever it is given another, and tells of it when that is something new. */
export function triggerFollower(
  lambda: Pick<LocalLambda, 'trigger'>,
  { triggers: wanted, service: { region = 'us-east-1' }, onEvent }: WatchOptions,
): (project: Project) => void {
  let followed: ProjectTriggers = { eventSources: [], schedules: [] };
  return (project) => {
    if (!wanted) return;
    const triggers = triggersOf(project, { region, accountId: ACCOUNT });
    if (isDeepStrictEqual(triggers, followed)) return;
    followed = triggers;
    // Of what is not emulated the service says that.
    const queues = triggers.eventSources.filter(({ eventSourceArn }) => serviceOf(eventSourceArn) === 'sqs');
    onEvent({ type: 'triggers', ...triggers, eventSources: queues });
    lambda.trigger(triggers);
  };
}
