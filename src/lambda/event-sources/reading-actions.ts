/**
 * What Lambda does with a function's role to get records, by the service that an ARN names: the actions of AWS's managed
 * policies for the same (AWSLambdaSQSQueueExecutionRole, …Kinesis…, …DynamoDB…, …MSK…), and of the developer guide's pages
 * on Amazon MQ and DocumentDB.
 */
export const READING_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  kinesis: [
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'kinesis:SubscribeToShard',
  ],
  dynamodb: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ],
  kafka: ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
  mq: ['mq:DescribeBroker'],
  rds: ['rds:DescribeDBClusters', 'rds:DescribeDBSubnetGroups'],
};
