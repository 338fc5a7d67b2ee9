import { fieldChanges } from './changes.js';
import type { EventSource, Schedule } from './configuration.js';
import { type DesiredFunction, OWNER_TAG } from './desired.js';
import type { ObservedAlias, ObservedEventSource, ObservedSchedule } from './observed.js';
import { same } from './same.js';
import { ruleNameOf, schedulePermissionOf } from './schedule-rule.js';
import type { Step, Write } from './step.js';

/** Where the alias's events come from: mappings of queues and streams, and schedules. */
export function planSources(desired: DesiredFunction, there: ObservedAlias | null): Step[] {
  return [...planMappings(desired, there), ...planSchedules(desired, there)];
}

function planMappings(desired: DesiredFunction, there: ObservedAlias | null): Step[] {
  const aliasArn = `${desired.arn}:${desired.alias}`;
  const tags = { [OWNER_TAG]: desired.owner };
  const left = [...(there?.eventSources ?? [])];
  const steps = desired.eventSources.flatMap((source): Step[] => {
    const at = left.findIndex((one) => keyOf(one) === keyOf(source));
    const [was] = at < 0 ? [] : left.splice(at, 1);
    if (!was)
      return [mapping('create', source, null, [{ kind: 'create-event-source', aliasArn, source, tags }])];
    const settled = withDefaults(source, was);
    if (same(bare(was), settled)) return [];
    if (was.startingPosition !== settled.startingPosition) {
      // AWS does not let it be changed (botocore, UpdateEventSourceMapping has no StartingPosition).
      return [
        mapping('replace', source, was, [
          { kind: 'delete-event-source', uuid: was.uuid },
          { kind: 'create-event-source', aliasArn, source, tags },
        ]),
      ];
    }
    return [
      mapping('change', settled, was, [
        {
          kind: 'update-event-source',
          uuid: was.uuid,
          source: settled,
          dropsDestination: was.onFailure !== null && settled.onFailure === null,
        },
      ]),
    ];
  });
  return [
    ...steps,
    ...left.map((was) => mapping('take away', null, was, [{ kind: 'delete-event-source', uuid: was.uuid }])),
  ];
}

/** What there can be once of for each function. */
export function keyOf({ sourceArn, topics, queues }: EventSource): string {
  return [sourceArn, ...topics, ...queues].join(' ');
}

function bare({ uuid: _, ...source }: ObservedEventSource): EventSource {
  return source;
}

/**
 * AWS's defaults by the kind of source (botocore, CreateEventSourceMapping): what the project does not say, goes back
 * to them. Where the source has none, what AWS answers stands.
 */
const DEFAULTS: Readonly<Record<string, Partial<EventSource>>> = {
  sqs: { batchSize: 10, batchingWindowSeconds: 0 },
  stream: {
    batchSize: 100,
    batchingWindowSeconds: 0,
    parallelizationFactor: 1,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    tumblingWindowSeconds: 0,
  },
  other: { batchSize: 100 },
};

function withDefaults(source: EventSource, was: EventSource): EventSource {
  const service = source.sourceArn.split(':')[2] ?? '';
  const kind = service === 'sqs' ? 'sqs' : /^(kinesis|dynamodb)$/.test(service) ? 'stream' : 'other';
  const defaults: Partial<EventSource> = DEFAULTS[kind] ?? {};
  const filled = Object.entries(source).map(([key, value]) => {
    if (value !== null) return [key, value];
    const name = key as keyof EventSource;
    const fallback = defaults[name];
    // An endpoint that says nothing of a setting has its default.
    return [key, was[name] === null ? null : (fallback ?? (name === 'startingPosition' ? was[name] : null))];
  });
  return Object.fromEntries(filled) as EventSource;
}

function mapping(
  verb: 'create' | 'change' | 'replace' | 'take away',
  source: EventSource | null,
  was: EventSource | null,
  writes: readonly Write[],
): Step {
  const arn = (source ?? was)?.sourceArn ?? '';
  return {
    id: 'event-source',
    what: `${verb} the event source ${arn}`,
    why: verb === 'take away' ? 'the project does not have it any more' : 'the project says so',
    changes: fieldChanges(was && { ...was, uuid: null }, source),
    removes: verb === 'take away' || verb === 'replace',
    writes,
  };
}

function planSchedules(desired: DesiredFunction, there: ObservedAlias | null): Step[] {
  const left = new Map((there?.schedules ?? []).map((one) => [one.rule, one]));
  const permitted = new Set((there?.permissions ?? []).map(({ id }) => id));
  const steps = desired.schedules.flatMap((schedule) => {
    const rule = ruleNameOf(desired.name, desired.alias, schedule.name);
    const was = left.get(rule) ?? null;
    left.delete(rule);
    return planSchedule(desired, schedule, rule, was, permitted);
  });
  return [...steps, ...[...left.values()].map((was) => removeSchedule(desired, was))];
}

function planSchedule(
  desired: DesiredFunction,
  schedule: Schedule,
  rule: string,
  was: ObservedSchedule | null,
  permitted: ReadonlySet<string>,
): Step[] {
  const { name, alias, arn, owner } = desired;
  const id = schedulePermissionOf(schedule.name);
  const isRuleSame =
    was !== null &&
    was.expression === schedule.expression &&
    was.enabled === schedule.enabled &&
    was.description === schedule.description;
  const isTargetSame = was?.targeted === true && was.input === schedule.input;
  const statement = {
    id,
    action: 'lambda:InvokeFunction' as const,
    principal: 'events.amazonaws.com',
    sourceArn: arn.replace(/:lambda:(.*):function:.*/, `:events:$1:rule/${rule}`),
    urlAuth: null,
    viaUrlOnly: false,
  };
  // The permission first: a schedule that fires at once must find it.
  const writes: Write[] = [
    ...(permitted.has(id) ? [] : [{ kind: 'add-permission' as const, function: name, alias, statement }]),
    ...(isRuleSame ? [] : [{ kind: 'put-rule' as const, rule, schedule, tags: { [OWNER_TAG]: owner } }]),
    ...(isTargetSame
      ? []
      : [
          {
            kind: 'put-rule-target' as const,
            rule,
            aliasArn: `${arn}:${alias}`,
            input: schedule.input,
          },
        ]),
  ];
  if (writes.length === 0) return [];
  const before = was && fields(was);
  return [
    {
      id: 'schedule',
      what: `${was ? 'change' : 'create'} the schedule ${schedule.name}`,
      why: 'the project says so',
      changes: fieldChanges(before, fields(schedule)),
      removes: false,
      writes,
    },
  ];
}

function fields({ expression, enabled, description, input }: Schedule): object {
  return { expression, enabled, description, input };
}

function removeSchedule({ name, alias }: DesiredFunction, was: ObservedSchedule): Step {
  return {
    id: 'schedule',
    what: `take away the schedule ${was.name}`,
    why: 'the project does not have it any more',
    changes: fieldChanges(fields(was), null),
    removes: true,
    // The rule last: as long as it is there, the rest is found again.
    writes: [
      { kind: 'remove-rule-target', rule: was.rule },
      { kind: 'remove-permission', function: name, alias, id: schedulePermissionOf(was.name) },
      { kind: 'delete-rule', rule: was.rule },
    ],
  };
}
