import type { ThereOnAws } from './there-on-aws.js';

/** What the project says of one function, time after time, and what is to be seen of it on AWS each time. */
export interface SettingRow {
  readonly name: string;
  /** Which function has it; one of the same name, where nothing is said. */
  readonly of?: string;
  /** Set, changed, and, unless something has to be said for that, taken out again. */
  readonly stages: readonly [set: Settings, changed: Settings, removed?: Settings];
  readonly seen: (there: ThereOnAws) => unknown;
  readonly is: readonly [set: unknown, changed: unknown, removed: unknown];
  /** moto has it, and tells it again; what deploy-moto.test.ts takes through the same is not tried twice. */
  readonly moto?: true;
}

type Settings = Readonly<Record<string, unknown>>;

const LAYER = (name: string) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:1`;
const QUEUE = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`;
const KEY = (id: string) => `arn:aws:kms:us-east-1:123456789012:key/${id}`;
const POINT = (digit: string) =>
  `arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-${digit.repeat(17)}`;
const STREAM = 'arn:aws:kinesis:us-east-1:123456789012:stream/clicks';
const VPC = { subnet_ids: ['subnet-1', 'subnet-2'], security_group_ids: ['sg-1'] };
const POLICY = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
const PUBLIC = ['crablet-url', 'crablet-url-invoke'];
const url = (more: object) => ({ enable_function_url: true, function_url: more });
const source = (more: object) => ({ event_sources: [{ arn: QUEUE('orders'), ...more }] });
const stream = (more: object) => ({ event_sources: [{ arn: STREAM, ...more }] });

/** Every setting of a deploy that AWS, and what stands for it here, keeps: what it was before comes back with nothing. */
export const SETTINGS: readonly SettingRow[] = [
  {
    name: 'memory',
    of: 'plain',
    stages: [{ memory: 512 }, { memory: 1_024 }],
    seen: ({ configuration }) => configuration.MemorySize,
    is: [512, 1_024, 128],
  },
  {
    name: 'timeout',
    of: 'plain',
    stages: [{ timeout: 10 }, { timeout: 900 }],
    seen: ({ configuration }) => configuration.Timeout,
    is: [10, 900, 30],
  },
  {
    name: 'ephemeral-storage',
    of: 'plain',
    stages: [{ ephemeral_storage: 1_024 }, { ephemeral_storage: 2_048 }],
    seen: ({ configuration }) => configuration.EphemeralStorage?.Size,
    is: [1_024, 2_048, 512],
  },
  {
    name: 'variables',
    of: 'plain',
    stages: [{ env: { ONE: '1', TWO: '2' } }, { env: { ONE: '2' } }],
    seen: ({ configuration }) => configuration.Environment?.Variables ?? {},
    is: [{ ONE: '1', TWO: '2' }, { ONE: '2' }, {}],
  },
  {
    name: 'merged-variables',
    stages: [{ env: { ONE: '1' } }, { env: { TWO: '2' }, merge_env: true }],
    seen: ({ configuration }) => configuration.Environment?.Variables ?? {},
    is: [{ ONE: '1' }, { ONE: '1', TWO: '2' }, {}],
  },
  {
    name: 'tracing',
    of: 'plain',
    stages: [{ tracing: 'Active' }, { tracing: 'PassThrough' }],
    seen: ({ configuration }) => configuration.TracingConfig?.Mode,
    is: ['Active', 'PassThrough', 'PassThrough'],
  },
  {
    name: 'role',
    stages: [{ role: 'arn:aws:iam::123456789012:role/one' }, { role: 'arn:aws:iam::123456789012:role/two' }],
    seen: ({ configuration }) => configuration.Role?.split('/')[1],
    is: ['one', 'two', 'crablet-role-us-east-1'],
    moto: true,
  },
  {
    name: 'layers',
    of: 'plain',
    stages: [{ layers: [LAYER('one'), LAYER('two')] }, { layers: [LAYER('two'), LAYER('one')] }],
    seen: ({ configuration }) => (configuration.Layers ?? []).map(({ Arn }) => Arn?.split(':')[6]),
    is: [['one', 'two'], ['two', 'one'], []],
    moto: true,
  },
  {
    name: 'vpc',
    stages: [VPC, { vpc: { subnet_ids: ['subnet-1'], security_group_ids: ['sg-2'] } }],
    seen: ({ configuration }) => [
      configuration.VpcConfig?.SubnetIds ?? [],
      configuration.VpcConfig?.SecurityGroupIds ?? [],
    ],
    is: [
      [['subnet-1', 'subnet-2'], ['sg-1']],
      [['subnet-1'], ['sg-2']],
      [[], []],
    ],
  },
  {
    name: 'ipv6',
    stages: [{ ...VPC, ipv6_allowed_for_dual_stack: true }, VPC],
    seen: ({ configuration }) => configuration.VpcConfig?.Ipv6AllowedForDualStack ?? false,
    is: [true, false, false],
  },
  {
    name: 'file-systems',
    stages: [
      { ...VPC, file_systems: [{ arn: POINT('0'), local_mount_path: '/mnt/one' }] },
      { ...VPC, file_systems: [{ arn: POINT('1'), local_mount_path: '/mnt/two' }] },
    ],
    seen: ({ configuration }) =>
      (configuration.FileSystemConfigs ?? []).map(({ LocalMountPath }) => LocalMountPath),
    is: [['/mnt/one'], ['/mnt/two'], []],
  },
  {
    name: 'tags',
    of: 'plain',
    stages: [{ tags: { team: 'a', cost: '1' } }, { tags: { team: 'b' } }],
    seen: ({ tags: { team, cost } }) => [team, cost],
    is: [
      ['a', '1'],
      ['b', undefined],
      [undefined, undefined],
    ],
  },
  {
    name: 'description',
    stages: [{ description: 'one' }, { description: 'two' }],
    seen: ({ version }) => version.Description?.replace(/ ?\[.*\]/, ''),
    is: ['one', 'two', ''],
  },
  {
    name: 'log-retention',
    of: 'plain',
    stages: [{ log_retention: 7 }, { log_retention: 14 }],
    seen: ({ retention }) => retention,
    is: [7, 14, undefined],
  },
  {
    name: 'logging',
    stages: [
      { log_format: 'JSON', application_log_level: 'DEBUG', system_log_level: 'WARN' },
      { log_format: 'JSON', application_log_level: 'ERROR', log_group: '/all/of-them' },
    ],
    seen: ({ configuration: { LoggingConfig: one } }) => [
      one?.LogFormat,
      one?.ApplicationLogLevel,
      one?.SystemLogLevel,
      one?.LogGroup,
    ],
    is: [
      ['JSON', 'DEBUG', 'WARN', '/aws/lambda/logging'],
      ['JSON', 'ERROR', 'INFO', '/all/of-them'],
      ['Text', undefined, undefined, '/aws/lambda/logging'],
    ],
  },
  {
    name: 'runtime',
    of: 'plain',
    stages: [{ runtime: 'provided.al2' }, { runtime: 'provided.al2023' }],
    seen: ({ configuration }) => configuration.Runtime,
    is: ['provided.al2', 'provided.al2023', 'provided.al2023'],
    moto: true,
  },
  {
    name: 'kms-key',
    of: 'plain',
    stages: [{ kms_key: KEY('one') }, { kms_key: KEY('two') }],
    seen: ({ configuration }) => configuration.KMSKeyArn,
    is: [KEY('one'), KEY('two'), undefined],
  },
  {
    name: 'dead-letter-queue',
    of: 'plain',
    stages: [{ dead_letter_queue: QUEUE('dead') }, { dead_letter_queue: QUEUE('lost') }],
    seen: ({ configuration }) => configuration.DeadLetterConfig?.TargetArn,
    is: [QUEUE('dead'), QUEUE('lost'), undefined],
  },
  {
    name: 'destinations',
    stages: [
      { on_success: QUEUE('good'), on_failure: QUEUE('bad') },
      { on_failure: QUEUE('worse'), maximum_retry_attempts: 1 },
    ],
    seen: ({ events }) =>
      events && [
        events.DestinationConfig?.OnSuccess?.Destination,
        events.DestinationConfig?.OnFailure?.Destination,
        events.MaximumRetryAttempts,
      ],
    is: [[QUEUE('good'), QUEUE('bad'), undefined], [undefined, QUEUE('worse'), 1], undefined],
  },
  {
    name: 'retries',
    stages: [{ maximum_retry_attempts: 0, maximum_event_age: 60 }, { maximum_event_age: 120 }],
    seen: ({ events }) => events && [events.MaximumRetryAttempts, events.MaximumEventAgeInSeconds],
    is: [[0, 60], [undefined, 120], undefined],
  },
  {
    name: 'reserved-concurrency',
    stages: [{ reserved_concurrency: 2 }, { reserved_concurrency: 3 }],
    seen: ({ reserved }) => reserved,
    is: [2, 3, undefined],
  },
  {
    name: 'no-concurrency',
    stages: [{ reserved_concurrency: 0 }, { reserved_concurrency: 1 }],
    seen: ({ reserved }) => reserved,
    is: [0, 1, undefined],
  },
  {
    name: 'url',
    stages: [url({ invoke_mode: 'RESPONSE_STREAM' }), { disable_function_url: true }, url({})],
    seen: ({ url: one, statements }) => [one?.InvokeMode, statements],
    is: [
      ['RESPONSE_STREAM', PUBLIC],
      [undefined, []],
      ['BUFFERED', PUBLIC],
    ],
    moto: true,
  },
  {
    name: 'invoke-mode',
    stages: [url({}), url({ invoke_mode: 'RESPONSE_STREAM' }), url({})],
    seen: ({ url: one }) => one?.InvokeMode,
    is: ['BUFFERED', 'RESPONSE_STREAM', 'BUFFERED'],
  },
  {
    name: 'url-by-iam',
    stages: [url({ auth_type: 'NONE' }), url({ auth_type: 'AWS_IAM' }), url({})],
    seen: ({ url: one, statements }) => [one?.AuthType, statements],
    is: [
      ['NONE', PUBLIC],
      ['AWS_IAM', []],
      ['NONE', PUBLIC],
    ],
    moto: true,
  },
  {
    name: 'cors',
    stages: [
      url({
        cors: {
          allow_origins: ['https://one.example'],
          allow_methods: ['GET', 'POST'],
          allow_headers: ['x-one'],
          expose_headers: ['x-two'],
          allow_credentials: true,
          max_age: 60,
        },
      }),
      url({ cors: { allow_origins: ['*'] } }),
      url({}),
    ],
    seen: ({ url: one }) =>
      one?.Cors?.AllowOrigins && [
        one.Cors.AllowOrigins,
        one.Cors.AllowMethods ?? [],
        one.Cors.AllowHeaders ?? [],
        one.Cors.ExposeHeaders ?? [],
        one.Cors.AllowCredentials ?? false,
        one.Cors.MaxAge || undefined,
      ],
    is: [
      [['https://one.example'], ['GET', 'POST'], ['x-one'], ['x-two'], true, 60],
      [['*'], [], [], [], false, undefined],
      undefined,
    ],
  },
  {
    name: 'origins',
    stages: [
      url({ cors: { allow_origins: ['https://one.example'] } }),
      url({ cors: { allow_origins: ['*'], allow_methods: ['GET'] } }),
      { disable_function_url: true },
    ],
    seen: ({ url: one }) => one && [one.Cors?.AllowOrigins, one.Cors?.AllowMethods],
    is: [[['https://one.example'], []], [['*'], ['GET']], undefined],
    moto: true,
  },
  {
    name: 'cors-of-nothing',
    stages: [url({ cors: {} }), url({ cors: { allow_methods: ['GET'], max_age: 0 } }), url({ cors: {} })],
    seen: ({ url: one }) => one?.Cors?.AllowMethods?.length ?? 0,
    is: [0, 1, 0],
  },
  {
    name: 'queue',
    stages: [
      source({ batch_size: 5, report_batch_item_failures: true, filters: ['{"body":["x"]}'] }),
      source({ enabled: false, batching_window: 10, maximum_concurrency: 2 }),
    ],
    seen: ({ sources: [one] }) =>
      one && [
        one.State,
        one.BatchSize,
        one.MaximumBatchingWindowInSeconds,
        one.FunctionResponseTypes,
        one.FilterCriteria?.Filters?.length ?? 0,
        one.ScalingConfig?.MaximumConcurrency,
      ],
    is: [
      ['Enabled', 5, 0, ['ReportBatchItemFailures'], 1, undefined],
      ['Disabled', 10, 10, [], 0, 2],
      undefined,
    ],
  },
  {
    name: 'queue-with-less',
    stages: [source({ maximum_concurrency: 2, batch_size: 5 }), source({}), source({})],
    seen: ({ sources: [one] }) => [one?.ScalingConfig?.MaximumConcurrency, one?.BatchSize],
    is: [
      [2, 5],
      [undefined, 10],
      [undefined, 10],
    ],
  },
  {
    name: 'batches',
    stages: [source({ batch_size: 5 }), source({ enabled: false })],
    seen: ({ sources: [one] }) => one && [one.BatchSize, one.State],
    is: [[5, 'Enabled'], [10, 'Disabled'], undefined],
    moto: true,
  },
  {
    name: 'stream',
    stages: [
      stream({
        on_failure: QUEUE('bad'),
        bisect_batch_on_function_error: true,
        parallelization_factor: 2,
        maximum_retry_attempts: 3,
        maximum_record_age: 60,
        tumbling_window: 30,
      }),
      stream({ maximum_retry_attempts: 0 }),
      stream({ starting_position: 'LATEST' }),
    ],
    seen: ({ sources: [one, ...more] }) =>
      one && [
        more.length,
        one.StartingPosition,
        one.DestinationConfig?.OnFailure?.Destination || undefined,
        one.BisectBatchOnFunctionError,
        one.ParallelizationFactor,
        one.MaximumRetryAttempts,
        one.MaximumRecordAgeInSeconds,
        one.TumblingWindowInSeconds,
      ],
    is: [
      [0, 'TRIM_HORIZON', QUEUE('bad'), true, 2, 3, 60, 30],
      [0, 'TRIM_HORIZON', undefined, false, 1, 0, -1, 0],
      [0, 'LATEST', undefined, false, 1, -1, -1, 0],
    ],
  },
  {
    name: 'schedule',
    stages: [
      { schedules: [{ name: 'often', expression: 'rate(1 hour)', input: '{"a":1}' }] },
      {
        schedules: [
          { name: 'often', expression: 'rate(2 hours)', enabled: false, description: 'Now and then' },
        ],
      },
    ],
    seen: ({ rules, statements }) => [rules, statements],
    is: [
      [['rate(1 hour) ENABLED {"a":1}'], ['crablet-schedule-often']],
      [['rate(2 hours) DISABLED Now and then'], ['crablet-schedule-often']],
      [[], []],
    ],
    moto: true,
  },
  {
    name: 'policies',
    of: 'plain',
    stages: [{ policies: [POLICY('one'), POLICY('two')] }, { policies: [POLICY('two')] }],
    seen: ({ role }) => role.attached,
    is: [['one', 'two'], ['two'], []],
    moto: true,
  },
  {
    name: 'statements',
    of: 'plain',
    stages: [
      { statements: [{ sid: 'Own', actions: ['s3:GetObject'], resources: ['*'] }] },
      { statements: [{ sid: 'Other', effect: 'Deny', actions: ['s3:*'], resources: ['*'] }] },
    ],
    seen: ({ role }) => role.statements.filter((one) => one === 'Own' || one === 'Other'),
    is: [['Own'], ['Other'], []],
    moto: true,
  },
  {
    name: 'permissions-boundary',
    of: 'plain',
    stages: [{ permissions_boundary: POLICY('one') }, { permissions_boundary: POLICY('two') }],
    seen: ({ role }) => role.boundary,
    is: [POLICY('one'), POLICY('two'), undefined],
    moto: true,
  },
];
