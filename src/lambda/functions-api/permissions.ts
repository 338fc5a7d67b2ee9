import { invalid } from './errors.js';
import type { Statement } from './function-record.js';
import type { Input } from './operations.js';

/** The statement that AddPermission makes (LS: api_utils.py, build_statement). @throws ApiError for a strange principal */
export function statementOf(
  resource: string,
  input: Omit<Input<'AddPermission'>, 'FunctionName'>,
): Statement {
  const equals = {
    ...(input.SourceAccount !== undefined && { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
    ...(input.FunctionUrlAuthType !== undefined && {
      'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    }),
    ...(input.EventSourceToken !== undefined && { 'lambda:EventSourceToken': input.EventSourceToken }),
  };
  const Condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.InvokedViaFunctionUrl !== undefined && {
      Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) },
    }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  };
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalOf(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(Condition).length > 0 && { Condition }),
  };
}

function principalOf(principal: string): Statement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[a-z-]*:(iam|sts)::\d{12}:/.test(principal)) return { AWS: principal };
  if (/^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com)$/.test(principal)) return { Service: principal };
  throw invalid('The provided principal was invalid. Please check the principal and try again.');
}

/** The document as GetPolicy tells it. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
}

/**
 * Which of the two permissions that everybody needs for a URL without signatures is missing (developer guide,
 * urls-auth; both since October 2025).
 */
export function missingForUrl(statements: readonly Statement[]): string | undefined {
  const allows = (action: string, key: string, operator: string, value: string) =>
    statements.some(
      ({ Principal, Action, Condition }) =>
        (Principal === '*' || (typeof Principal === 'object' && Principal['AWS'] === '*')) &&
        (Action === action || Action === 'lambda:*' || Action === '*') &&
        conditionHolds(Condition, operator, key, value),
    );
  if (!allows('lambda:InvokeFunctionUrl', 'lambda:FunctionUrlAuthType', 'StringEquals', 'NONE'))
    return 'lambda:InvokeFunctionUrl';
  if (!allows('lambda:InvokeFunction', 'lambda:InvokedViaFunctionUrl', 'Bool', 'true'))
    return 'lambda:InvokeFunction';
  return undefined;
}

/** No condition on it allows it too; any other condition does not hold for a request of anybody. */
function conditionHolds(
  condition: Statement['Condition'],
  operator: string,
  key: string,
  value: string,
): boolean {
  return Object.entries(condition ?? {}).every(([used, wanted]) =>
    Object.entries(wanted).every(([name, one]) => used === operator && name === key && one === value),
  );
}
