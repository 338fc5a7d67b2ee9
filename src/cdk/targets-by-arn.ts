import { EventBus } from 'aws-cdk-lib/aws-events';
import { type IDestination, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  EventBridgeDestination,
  LambdaDestination,
  SnsDestination,
  SqsDestination,
} from 'aws-cdk-lib/aws-lambda-destinations';
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
      return new LambdaDestination(
        arn.includes(':')
          ? LambdaFunction.fromFunctionArn(scope, id, arn)
          : LambdaFunction.fromFunctionName(scope, id, arn),
      );
  }
}
