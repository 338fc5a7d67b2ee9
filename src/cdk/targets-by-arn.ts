import { ArnFormat, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDestination } from 'aws-cdk-lib/aws-lambda';
import { EventBridgeDestination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { serviceOf } from '../project/event-source.js';

/** A destination of asynchronous invocations, as the configuration names it: by its ARN, or a function by its name. */
export function destinationByArn(scope: Construct, id: string, arn: string): IDestination {
  switch (serviceOf(arn)) {
    case 'sqs':
      return new SqsDestination(Queue.fromQueueArn(scope, id, arn));
    case 'sns':
      return new SnsDestination(Topic.fromTopicArn(scope, id, arn));
    case 'events':
      return new EventBridgeDestination(EventBus.fromEventBusArn(scope, id, arn));
    default:
      return functionDestination(
        arn.includes(':')
          ? arn
          : Stack.of(scope).formatArn({
              service: 'lambda',
              resource: 'function',
              resourceName: arn,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
      );
  }
}

/**
 * Lambda invokes it with the role of the function whose destination it is, so nothing of the other function has to be changed;
 * the CDK's own LambdaDestination wants to change its policy, and refuses one that is known by its ARN alone.
 */
function functionDestination(arn: string): IDestination {
  return {
    bind(_scope, fn) {
      fn.addToRolePolicy(
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn, `${arn}:*`] }),
      );
      return { destination: arn };
    },
  };
}
