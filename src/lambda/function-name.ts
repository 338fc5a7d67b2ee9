/**
 * What `FunctionName` and `Qualifier` of an Invoke request mean. A name may be bare, `name:qualifier`, a partial
 * or a full ARN. Cases: SNAP:test_lambda_api#test_function_name_and_qualifier_validation[…-invoke].
 */
import { MAX_FUNCTION_PARAMETER_LENGTH, MAX_QUALIFIER_LENGTH } from './limits.js';
import {
  brokenConstraint,
  qualifierMismatch,
  validation,
  type WireError,
  wrongRegion,
} from './wire-errors.js';

/** The version of what has been built and not published. */
export const UNPUBLISHED = '$LATEST';

/** Region and account that a service answers for. */
export interface Home {
  readonly region: string;
  readonly accountId: string;
}

export interface Target {
  readonly kind: 'function';
  readonly name: string;
  /** As given, in the name or beside it; absent when none was given. */
  readonly qualifier?: string;
  /** The invoked ARN as the function sees it: it ends in the qualifier exactly when one was given. */
  readonly arn: string;
}

// Both patterns are AWS's own and part of its messages, so they are kept as text.
const NAME_PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?';
const QUALIFIER_PATTERN = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+';

const NAME = new RegExp(`^(?:${NAME_PATTERN})$`);
const QUALIFIER = new RegExp(`^(?:${QUALIFIER_PATTERN})$`);

/** `functionName` is the decoded path part. A refusal is what AWS answers, and tells nothing about existence. */
export function resolveTarget(
  functionName: string,
  qualifier: string | undefined,
  home: Home,
): Target | WireError {
  const broken = [
    ...brokenConstraints(functionName, OF_NAMES),
    ...(qualifier === undefined ? [] : brokenConstraints(qualifier, OF_QUALIFIERS)),
  ];
  if (broken.length > 0) return validation(broken);
  const parts = split(functionName);
  if (parts.region !== undefined && parts.region !== home.region)
    return wrongRegion(parts.region, home.region);
  if (parts.qualifier !== undefined && qualifier !== undefined && parts.qualifier !== qualifier) {
    return qualifierMismatch();
  }
  const asked = qualifier ?? parts.qualifier;
  const account = { region: home.region, accountId: parts.accountId ?? home.accountId };
  const arn = functionArn(account, parts.name, asked);
  return asked === undefined
    ? { kind: 'function', name: parts.name, arn }
    : { kind: 'function', name: parts.name, qualifier: asked, arn };
}

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`, in the region's own partition. */
export function functionArn(home: Home, name: string, qualifier?: string): string {
  const arn = `arn:${partitionOf(home.region)}:lambda:${home.region}:${home.accountId}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

interface Constraint {
  readonly member: string;
  readonly pattern: RegExp;
  /** The pattern in AWS's words. */
  readonly shown: string;
  readonly longest: number;
}

const OF_NAMES: Constraint = {
  member: 'functionName',
  pattern: NAME,
  shown: NAME_PATTERN,
  longest: MAX_FUNCTION_PARAMETER_LENGTH,
};

const OF_QUALIFIERS: Constraint = {
  member: 'qualifier',
  pattern: QUALIFIER,
  shown: QUALIFIER_PATTERN,
  longest: MAX_QUALIFIER_LENGTH,
};

function brokenConstraints(value: string, { member, pattern, shown, longest }: Constraint): string[] {
  return [
    ...(pattern.test(value) ? [] : [`Member must satisfy regular expression pattern: ${shown}`]),
    ...(value.length <= longest ? [] : [`Member must have length less than or equal to ${longest}`]),
  ].map((constraint) => brokenConstraint(value, member, constraint));
}

interface NameParts {
  readonly name: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly qualifier?: string;
}

/** Takes apart a name that fits the pattern. */
function split(functionName: string): NameParts {
  // The pattern's groups: 3 region, 9 account, 11 name, 13 qualifier (each `x:` part with its colon).
  const match = NAME.exec(functionName);
  if (match === null) return { name: functionName };
  const [region, accountId, qualifier] = [match[3], match[9], match[13]];
  return {
    name: match[11] ?? functionName,
    ...(region !== undefined && { region: region.slice(0, -1) }),
    ...(accountId !== undefined && { accountId: accountId.slice(0, -1) }),
    ...(qualifier !== undefined && { qualifier }),
  };
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  return 'aws';
}
