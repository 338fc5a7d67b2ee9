import type { AppFunction, Schedule } from './app.js';
import type { AppReader, Properties } from './reader.js';
import { textOf } from './template.js';

/** Rules and schedules that invoke a function at times. */
export function readSchedules(app: AppReader, functions: readonly AppFunction[]): Schedule[] {
  const known = new Set(functions.map(({ name }) => name));
  return [
    ...app.all('AWS::Events::Rule').flatMap((one) => ruleOf(app, one, known)),
    ...app.all('AWS::Scheduler::Schedule').flatMap((one) => scheduleOf(app, one, known)),
  ];
}

function ruleOf(app: AppReader, one: Properties, known: ReadonlySet<string>): Schedule[] {
  const targets = one.objects('Targets').filter((target) => known.has(target.function('Arn')?.name ?? ''));
  if (targets.length === 0) return [];
  const expression = one.text('ScheduleExpression');
  if (expression === undefined || one.has('EventPattern')) {
    app.remark(one, 'events of a bus are not emulated: invoke the function with one (crablet events)');
    if (expression === undefined) return [];
  }
  if (one.text('State') === 'DISABLED') return [];
  return targets.map((target) => {
    if (target.has('InputPath') || target.has('InputTransformer'))
      app.remark(one, 'its input is not transformed: the function gets the whole event');
    return {
      name: app.nameOf(one),
      arn: textOf(app.resolver.known({ 'Fn::GetAtt': [one.found.logicalId, 'Arn'] }, one.found.stack)) ?? '',
      kind: 'rule' as const,
      functionName: target.function('Arn')?.name ?? '',
      expression,
      input: target.text('Input'),
    };
  });
}

function scheduleOf(app: AppReader, one: Properties, known: ReadonlySet<string>): Schedule[] {
  const target = one.object('Target');
  const functionName = target.function('Arn')?.name ?? '';
  const expression = one.text('ScheduleExpression');
  if (!known.has(functionName) || expression === undefined || one.text('State') === 'DISABLED') return [];
  if (one.has('StartDate') || one.has('EndDate')) app.remark(one, 'its start and end are not looked at');
  return [
    {
      name: app.nameOf(one),
      arn: textOf(app.resolver.known({ 'Fn::GetAtt': [one.found.logicalId, 'Arn'] }, one.found.stack)) ?? '',
      kind: 'scheduler',
      functionName,
      expression,
      timezone: one.text('ScheduleExpressionTimezone'),
      input: target.text('Input'),
    },
  ];
}
