import { expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { CloudError, type CloudProblem } from './cloud.js';
import { explained } from './explain.js';

const around = { what: 'create the function hello', profile: 'work', region: 'eu-central-1' };

it.each<[CloudProblem, string, string, RegExp, RegExp]>([
  [
    'credentials',
    'ExpiredToken: gone',
    'aws.credentials',
    /cannot be used: ExpiredToken/,
    /sso login --profile work/,
  ],
  ['credentials', 'RequestExpired: late', 'aws.credentials', /of another time/, /clock/],
  [
    'credentials',
    'Could not load credentials from any providers',
    'aws.credentials',
    /There are no AWS/,
    /work/,
  ],
  [
    'no-profile',
    "There is no AWS profile 'work'.",
    'aws.credentials',
    /no AWS profile 'work'/,
    /--profile work/,
  ],
  ['no-region', 'Region is missing', 'aws.region', /none is guessed/, /--region/],
  ['changed-meanwhile', 'x', 'deploy.changed-meanwhile', /someone else has changed it/, /crablet diff/],
  [
    'denied',
    'No. (it needs s3:ListBucket)',
    'aws.refused',
    /did not let you create .*s3:ListBucket/,
    /--print-policy/,
  ],
  ['throttled', 'x', 'aws.refused', /asked too often/, /goes on where this ended/],
  ['network', 'ENOTFOUND', 'aws.network', /could not be reached to create/, /region \(eu-central-1\)/],
  ['unsupported', 'x', 'aws.refused', /This endpoint cannot create/, /leave the setting out/],
  ['refused', 'x', 'aws.refused', /AWS refused to create the function hello: x/, /Mend what it names/],
])('explains %s (%s)', (problem, message, code, what, fix) => {
  const told = explained(new CloudError(problem, message), around) as UserError;
  expect(told).toBeInstanceOf(UserError);
  expect(told.code).toBe(code);
  expect(told.message).toMatch(what);
  expect(told.fix).toMatch(fix);
});

it('leaves what is no matter of AWS’s as it is', () => {
  const bug = new TypeError('x is undefined');
  expect(explained(bug, around)).toBe(bug);
});
