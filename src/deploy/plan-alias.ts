import { fieldChanges, shown } from './changes.js';
import type { UrlSettings } from './configuration.js';
import type { DesiredFunction } from './desired.js';
import type { ObservedAlias } from './observed.js';
import { same } from './same.js';
import type { Statement, Step, Write } from './step.js';

/** What belongs to the alias, but for where its events come from. */
export function planAlias(desired: DesiredFunction, there: ObservedAlias | null): Step[] {
  return [...planUrl(desired, there), ...planEvents(desired, there), ...planProvisioned(desired, there)];
}

/**
 * A public URL needs both statements since October 2025 (developer guide, urls-auth). Their ids are fixed: they are
 * found again, and taken away with the URL.
 */
const URL_STATEMENTS: readonly Statement[] = [
  {
    id: 'crablet-url',
    action: 'lambda:InvokeFunctionUrl',
    principal: '*',
    sourceArn: null,
    urlAuth: 'NONE',
    viaUrlOnly: false,
  },
  {
    id: 'crablet-url-invoke',
    action: 'lambda:InvokeFunction',
    principal: '*',
    sourceArn: null,
    urlAuth: null,
    viaUrlOnly: true,
  },
];

function planUrl({ name, alias, url: wanted }: DesiredFunction, there: ObservedAlias | null): Step[] {
  if (wanted === 'leave') return [];
  const of = { function: name, alias };
  const before = there?.url ?? null;
  const was: UrlSettings | null = before && {
    auth: before.auth,
    invokeMode: before.invokeMode,
    cors: before.cors,
  };
  const permitted = new Set((there?.permissions ?? []).map(({ id }) => id));
  const isPublic = wanted?.auth === 'NONE';
  const add = URL_STATEMENTS.filter(({ id }) => isPublic && !permitted.has(id));
  const remove = URL_STATEMENTS.filter(({ id }) => !isPublic && permitted.has(id));
  // Nobody is let in before the URL is what it should be, and nobody is kept out for longer than need be.
  const writes: Write[] = [
    ...(wanted && !was ? [{ kind: 'create-url' as const, settings: wanted, ...of }] : []),
    ...(wanted && was && !same(was, wanted)
      ? [{ kind: 'update-url' as const, settings: wanted, ...of }]
      : []),
    ...(!wanted && was ? [{ kind: 'delete-url' as const, ...of }] : []),
    ...add.map((statement) => ({ kind: 'add-permission' as const, statement, ...of })),
    ...remove.map(({ id }) => ({ kind: 'remove-permission' as const, id, ...of })),
  ];
  if (writes.length === 0) return [];
  return [
    {
      id: 'url',
      what: wanted
        ? was
          ? 'change the function URL'
          : 'create the function URL'
        : 'take away the function URL',
      why: wanted ? 'the project says so' : 'the project says that there is none',
      changes: [
        ...(before && !wanted ? [{ name: 'url', before: before.url, after: null }] : []),
        ...fieldChanges(was, wanted),
        ...add.map(({ id, action }) => ({
          name: `permission ${id}`,
          before: null,
          after: `everybody: ${action}`,
        })),
        ...remove.map(({ id, action }) => ({
          name: `permission ${id}`,
          before: `everybody: ${action}`,
          after: null,
        })),
      ],
      removes: !wanted,
      writes,
    },
  ];
}

function planEvents({ name, alias, events: wanted }: DesiredFunction, there: ObservedAlias | null): Step[] {
  const was = there?.events ?? null;
  if (same(was, wanted)) return [];
  const of = { function: name, alias };
  return [
    {
      id: 'events',
      what: wanted ? 'set what becomes of events' : 'take away what becomes of events',
      why: 'the project says otherwise',
      changes: fieldChanges(was, wanted),
      removes: wanted === null,
      writes: [wanted ? { kind: 'put-events', settings: wanted, ...of } : { kind: 'delete-events', ...of }],
    },
  ];
}

function planProvisioned(desired: DesiredFunction, there: ObservedAlias | null): Step[] {
  const { name, alias, provisionedConcurrency: wanted } = desired;
  const was = there?.provisionedConcurrency ?? null;
  if (was === wanted) return [];
  return [
    {
      id: 'provisioned-concurrency',
      what: wanted === null ? 'end the provisioned concurrency' : 'set the provisioned concurrency',
      why: 'the project says otherwise',
      changes: [{ name: 'provisioned concurrency', before: shown(was), after: shown(wanted) }],
      removes: wanted === null,
      writes: [{ kind: 'put-provisioned-concurrency', function: name, alias, value: wanted }],
    },
  ];
}
