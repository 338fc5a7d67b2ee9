import { describe, expect, it } from 'vitest';
import { parseTarget, type TargetRole } from './event-target.js';

const A = 'eu-west-1:111111111111';

describe('parseTarget', () => {
  it.each([
    [`arn:aws:sqs:${A}:jobs`, 'sqs', 'jobs'],
    [`arn:aws:sns:${A}:news`, 'sns', 'news'],
    [`arn:aws:events:${A}:event-bus/default`, 'events', 'default'],
    [`arn:aws:events:${A}:event-bus/a/b`, 'events', 'a/b'],
    [`arn:aws:lambda:${A}:function:after`, 'lambda', 'after'],
    [`arn:aws:lambda:${A}:function:after:live`, 'lambda', 'after'],
    [`arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:after:$LATEST`, 'lambda', 'after'],
    [`arn:aws-cn:sqs:cn-north-1:111111111111:jobs`, 'sqs', 'jobs'],
    ['after', 'lambda', 'after'],
  ])('%s', (arn, service, name) => {
    expect(parseTarget(arn, 'on-failure')).toMatchObject({ service, name, arn });
    expect(parseTarget(arn, 'on-success')).toMatchObject({ service, name });
  });

  it.each<[string, TargetRole]>([
    ['', 'on-success'],
    ['two words', 'on-success'],
    ['arn:aws:sqs:eu-west-1:11:jobs', 'on-success'],
    [`arn:aws:sqs:${A}:`, 'on-success'],
    [`arn:aws:sqs:${A}:jobs.fifo`, 'on-success'],
    [`arn:aws:sns:${A}:news.fifo`, 'dead-letter'],
    [`arn:aws:events:${A}:rule/default`, 'on-success'],
    [`arn:aws:dynamodb:${A}:table/x`, 'on-failure'],
    [`arn:aws:lambda:${A}:layer:x`, 'on-failure'],
    ['arn:aws:s3:::bucket', 'on-failure'],
    [`arn:aws:events:${A}:event-bus/default`, 'dead-letter'],
    [`arn:aws:lambda:${A}:function:after`, 'dead-letter'],
    ['after', 'dead-letter'],
  ])('refuses %s for %s', (arn, role) => expect(parseTarget(arn, role)).toBeUndefined());

  it('tells region and account', () => {
    expect(parseTarget(`arn:aws:sqs:${A}:jobs`, 'dead-letter')).toMatchObject({
      region: 'eu-west-1',
      accountId: '111111111111',
    });
  });
});
