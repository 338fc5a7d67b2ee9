import { eventInvokeOf } from '../project/event-invoke.js';
import type { Project } from '../project/project.js';
import type { WatchReport } from './report/watch.js';

/** Says at the start what would otherwise be seen when the first event has come to its end. */
export async function warnOfDestinations(project: Project, report: WatchReport): Promise<void> {
  const names = project.functions.map(({ name }) => name);
  const elsewhere = project.functions
    .flatMap(({ settings }) => {
      const { onSuccess, onFailure, deadLetter } = eventInvokeOf(settings.deploy);
      return [onSuccess, onFailure, deadLetter];
    })
    .filter((arn) => arn !== undefined && !names.some((name) => arn === name || isFunction(arn, name)));
  if (elsewhere.length === 0) return;
  const { sendingProblem } = await import('../aws/deliver.js');
  const problem = await sendingProblem();
  if (problem === undefined) return;
  report.take({
    type: 'warning',
    text:
      `Nothing can be sent to ${[...new Set(elsewhere)].join(', ')}: ${problem} ` +
      '(mend: aws sso login; for an emulator: export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_ENDPOINT_URL=URL)',
  });
}

function isFunction(arn: string, name: string): boolean {
  return arn.includes(':lambda:') && arn.split(':')[6] === name;
}
