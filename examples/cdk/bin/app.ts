import { App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { RustApi, RustFunction, RustMonitoring } from 'crablet/cdk';

/** An HTTP API in Rust that puts orders into a queue, and a worker in Rust that takes them out. */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const { api, worker } = RustFunction.fromWorkspace(this, 'Functions', { manifestPath: '.' });
    if (!api || !worker) throw new Error('the workspace has both');

    const failed = new Queue(this, 'Failed');
    const orders = new Queue(this, 'Orders', {
      visibilityTimeout: Duration.minutes(6),
      deadLetterQueue: { queue: failed, maxReceiveCount: 3 },
    });
    orders.grantSendMessages(api);
    api.addEnvironment('ORDERS_QUEUE_URL', orders.queueUrl);
    worker.addEventSource(new SqsEventSource(orders, { reportBatchItemFailures: true }));

    const http = new RustApi(this, 'Http', { manifestPath: '.', functions: { api } });
    new RustMonitoring(this, 'Monitoring', { functions: [api, worker] });
    new CfnOutput(this, 'Url', { value: http.apiEndpoint });
  }
}

const app = new App();
new OrdersStack(app, 'Orders');
