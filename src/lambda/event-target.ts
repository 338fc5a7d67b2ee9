/** Where AWS can send what became of an event, and an event that failed. */

export type TargetService = 'sqs' | 'sns' | 'events' | 'lambda';

export interface EventTarget {
  readonly service: TargetService;
  /** As it was given: an ARN, or the bare name of a function. */
  readonly arn: string;
  /** Undefined for a bare name. */
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  /** The name of the queue, topic, event bus or function. */
  readonly name: string;
}

/** Which kind of message a target is for. */
export type TargetRole = 'on-success' | 'on-failure' | 'dead-letter';

const ARN = /^arn:aws[a-z-]*:(sqs|sns|events|lambda):([a-z0-9-]+):(\d{12}):(.+)$/;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** What each role takes (developer guide, invocation-async: destinations, dead-letter queues). */
const SERVICES: Readonly<Record<TargetRole, readonly TargetService[]>> = {
  'on-success': ['sqs', 'sns', 'lambda', 'events'],
  'on-failure': ['sqs', 'sns', 'lambda', 'events'],
  'dead-letter': ['sqs', 'sns'],
};

const FUNCTION_OR_ELSE =
  'the ARN of a standard queue, a standard topic, an event bus or a function, or the name of a function that is served here';

/** The same in words. */
export const EXPECTED_TARGET: Readonly<Record<TargetRole, string>> = {
  'on-success': FUNCTION_OR_ELSE,
  'on-failure': FUNCTION_OR_ELSE,
  'dead-letter': 'the ARN of a standard queue or a standard topic',
};

/** Undefined when nothing can be sent there in that role. */
export function parseTarget(arn: string, role: TargetRole): EventTarget | undefined {
  const target = NAME.test(arn) ? ({ service: 'lambda', arn, name: arn } as const) : parseArn(arn);
  // AWS sends no events to FIFO queues and topics (developer guide, same page).
  if (target?.name.endsWith('.fifo')) return undefined;
  return target && SERVICES[role].includes(target.service) ? target : undefined;
}

function parseArn(arn: string): EventTarget | undefined {
  const [, service, region, accountId, resource = ''] = ARN.exec(arn) ?? [];
  const name = nameOf(service, resource);
  if (name === undefined) return undefined;
  return { service: service as TargetService, arn, region, accountId, name };
}

function nameOf(service: string | undefined, resource: string): string | undefined {
  switch (service) {
    case 'sqs':
    case 'sns':
      return /^[A-Za-z0-9_-]+(\.fifo)?$/.exec(resource)?.[0];
    case 'events':
      return /^event-bus\/(.+)$/.exec(resource)?.[1];
    case 'lambda':
      return /^function:([A-Za-z0-9_-]+)(:[A-Za-z0-9$_-]+)?$/.exec(resource)?.[1];
    default:
      return undefined;
  }
}
