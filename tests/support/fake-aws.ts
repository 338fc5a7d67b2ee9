import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as it arrived: which operation, and what it was asked. */
export interface Call {
  readonly operation: string;
  readonly body: Record<string, unknown>;
}

/** What a call is answered with in place of what it would do. */
export type Trouble =
  | { readonly status: number; readonly type: string; readonly message: string }
  /** The connection breaks: before anything is done, or after it, so that only the answer is lost. */
  | { readonly lost: 'request' | 'answer' };

interface Version {
  readonly configuration: Record<string, unknown>;
}

interface Fn {
  configuration: Record<string, unknown>;
  tags: Record<string, string>;
  /** ARN of its code signing configuration. */
  signing: string | undefined;
  versions: Version[];
  aliases: Map<string, { version: string; revision: string; weights: Record<string, number> }>;
  /** States that the next looks at it see, one each; then it is ready. */
  states: Record<string, unknown>[];
}

const READS = /^(Get|List|Describe|Head)/;
const ACCOUNT = '123456789012';

/**
 * AWS as far as a small deploy goes, with what an emulator does not have: states that take their time or end in failure,
 * throttling, roles that are not known yet, RevisionIds that are checked, and connections that break.
 */
export class FakeAws {
  readonly calls: Call[] = [];
  readonly functions = new Map<string, Fn>();
  readonly roles = new Map<string, { trust: string; policy: string | undefined; tags: string }>();
  url = '';
  private readonly troubles: { operation: string; trouble: Trouble }[] = [];
  /** Told before a call is carried out. */
  onCall: (call: Call) => void = () => {};
  /** What each update of a function goes through before it is ready. */
  updating: Record<string, unknown>[] = [];
  creating: Record<string, unknown>[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The next call of this operation that is not in trouble already meets this. */
  meets(operation: string, ...troubles: Trouble[]): void {
    for (const trouble of troubles) this.troubles.push({ operation, trouble });
  }

  get writes(): string[] {
    return this.calls.map(({ operation }) => operation).filter((name) => !READS.test(name));
  }

  bodyOf(operation: string): Record<string, unknown> | undefined {
    return this.calls.findLast((call) => call.operation === operation)?.body;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const call = callOf(request, text);
    this.calls.push(call);
    this.onCall(call);
    const at = this.troubles.findIndex(({ operation }) => operation === call.operation);
    const [{ trouble } = { trouble: undefined }] = at < 0 ? [] : this.troubles.splice(at, 1);
    if (trouble && 'lost' in trouble && trouble.lost === 'request') return void request.socket.destroy();
    const answer =
      trouble && 'status' in trouble ? errorOf(call, trouble) : this.answer(call, request.url ?? '');
    if (trouble && 'lost' in trouble) return void request.socket.destroy();
    response.writeHead(answer.status, { ...answer.headers, 'x-amzn-RequestId': randomUUID() });
    response.end(answer.body);
  }

  private answer(call: Call, url: string): Answer {
    try {
      return this.carryOut(call, url);
    } catch (error) {
      return errorOf(call, error as Refusal);
    }
  }

  private carryOut({ operation, body }: Call, url: string): Answer {
    const [, name = '', second = ''] =
      /functions\/([^/?]+)(?:\/(?:aliases|versions)\/([^/?]+))?/.exec(url) ?? [];
    const qualifier = /[?&]Qualifier=([^&]+)/.exec(url)?.[1];
    switch (operation) {
      case 'GetCallerIdentity':
        return xml(operation, `<Arn>arn:aws:iam::${ACCOUNT}:user/me</Arn><Account>${ACCOUNT}</Account>`);
      case 'GetRole': {
        const role = this.roles.get(String(body['RoleName']));
        if (!role) throw new Refusal(404, 'NoSuchEntity', 'The role cannot be found.');
        const { trust, tags } = role;
        return xml(
          operation,
          `<Role><Arn>arn:aws:iam::${ACCOUNT}:role/${body['RoleName']}</Arn><AssumeRolePolicyDocument>${encodeURIComponent(trust)}</AssumeRolePolicyDocument><CreateDate>2026-11-27T00:00:00Z</CreateDate>${tags}</Role>`,
        );
      }
      case 'GetRolePolicy': {
        const policy = this.roles.get(String(body['RoleName']))?.policy;
        if (policy === undefined) throw new Refusal(404, 'NoSuchEntity', 'The role policy cannot be found.');
        return xml(operation, `<PolicyDocument>${encodeURIComponent(policy)}</PolicyDocument>`);
      }
      case 'ListAttachedRolePolicies':
        return xml(operation, '<AttachedPolicies></AttachedPolicies>');
      case 'CreateRole': {
        const name_ = String(body['RoleName']);
        if (this.roles.has(name_)) throw new Refusal(409, 'EntityAlreadyExists', 'It exists.');
        const member = `<member><Key>${body['Tags.member.1.Key']}</Key><Value>${body['Tags.member.1.Value']}</Value></member>`;
        const trust = String(body['AssumeRolePolicyDocument']);
        this.roles.set(name_, { trust, policy: undefined, tags: `<Tags>${member}</Tags>` });
        return xml(operation, '<Role></Role>');
      }
      case 'PutRolePolicy':
        this.roles.get(String(body['RoleName']))!.policy = String(body['PolicyDocument']);
        return xml(operation, '');
      case 'DescribeLogGroups':
        return json({ logGroups: [] });
      case 'ListRules':
        return json({ Rules: [] });
      case 'ListEventSourceMappings':
        return json({ EventSourceMappings: [] });
      case 'CreateFunction':
        return this.create(body);
      case 'GetFunction': {
        const fn = this.fn(name);
        return json({ Configuration: this.seen(fn, qualifier), Tags: fn.tags });
      }
      case 'GetFunctionConfiguration':
        return json(this.seen(this.fn(name), qualifier));
      case 'UpdateFunctionCode': {
        const zip = Buffer.from(String(body['ZipFile']), 'base64');
        return this.update(name, body, { CodeSha256: sha256(zip), Architectures: body['Architectures'] });
      }
      case 'UpdateFunctionConfiguration': {
        const { RevisionId: _, Layers, ...change } = body;
        const layers = Layers ? { Layers: (Layers as string[]).map((Arn) => ({ Arn })) } : {};
        return this.update(name, body, { ...change, ...layers });
      }
      case 'PublishVersion': {
        const fn = this.guarded(name, body);
        const version = String(fn.versions.length + 1);
        const configuration = { ...fn.configuration, Version: version, Description: body['Description'] };
        fn.versions.push({ configuration });
        return json(configuration, 201);
      }
      case 'GetAlias': {
        const alias = this.fn(name).aliases.get(second);
        if (!alias) throw new Refusal(404, 'ResourceNotFoundException', 'Cannot find alias');
        return json(aliasJson(name, second, alias));
      }
      case 'CreateAlias':
      case 'UpdateAlias': {
        const of = operation === 'CreateAlias' ? String(body['Name']) : second;
        const fn = this.fn(name);
        const before = fn.aliases.get(of);
        if (before && body['RevisionId'] !== before.revision) throw STALE;
        const alias = { version: String(body['FunctionVersion']), revision: randomUUID(), weights: {} };
        fn.aliases.set(of, alias);
        return json(aliasJson(name, of, alias));
      }
      case 'GetFunctionCodeSigningConfig':
        return json({ FunctionName: name, CodeSigningConfigArn: this.fn(name).signing });
      case 'PutFunctionCodeSigningConfig':
        this.fn(name).signing = String(body['CodeSigningConfigArn']);
        return json({ FunctionName: name, ...body });
      case 'DeleteFunctionCodeSigningConfig':
        this.fn(name).signing = undefined;
        return { status: 204, headers: { Connection: 'close' }, body: '' };
      case 'TagResource':
      case 'UntagResource':
        return { status: 204, headers: { Connection: 'close' }, body: '' };
      default:
        throw new Refusal(404, 'ResourceNotFoundException', `There is no ${operation}.`);
    }
  }

  private create(body: Record<string, unknown>): Answer {
    const { Code, Tags, Layers: _, CodeSigningConfigArn: signing, ...configuration } = body;
    const name = String(body['FunctionName']);
    if (this.functions.has(name))
      throw new Refusal(409, 'ResourceConflictException', `Function already exist: ${name}`);
    const zip = Buffer.from(String((Code as Record<string, unknown>)['ZipFile']), 'base64');
    const FunctionArn = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${name}`;
    const fn: Fn = {
      configuration: { ...configuration, FunctionArn, CodeSha256: sha256(zip), RevisionId: randomUUID() },
      tags: Tags as Record<string, string>,
      signing: signing as string | undefined,
      versions: [],
      aliases: new Map(),
      states: [...this.creating],
    };
    this.functions.set(name, fn);
    return json(fn.configuration, 201);
  }

  private update(name: string, body: Record<string, unknown>, change: Record<string, unknown>): Answer {
    const fn = this.guarded(name, body);
    fn.configuration = { ...fn.configuration, ...change, RevisionId: randomUUID() };
    fn.states = [...this.updating];
    return json(fn.configuration);
  }

  private guarded(name: string, body: Record<string, unknown>): Fn {
    const fn = this.fn(name);
    if (body['RevisionId'] !== undefined && body['RevisionId'] !== fn.configuration['RevisionId'])
      throw STALE;
    return fn;
  }

  private seen(fn: Fn, qualifier: string | undefined): Record<string, unknown> {
    if (qualifier !== undefined) return fn.versions[Number(qualifier) - 1]?.configuration ?? {};
    const state = fn.states.length > 1 || !isEnd(fn.states[0]) ? fn.states.shift() : fn.states[0];
    return { State: 'Active', LastUpdateStatus: 'Successful', ...fn.configuration, ...state };
  }

  private fn(name: string): Fn {
    const fn = this.functions.get(name);
    if (!fn) throw new Refusal(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    return fn;
  }
}

/** A failure stays; all else passes. */
function isEnd(state: Record<string, unknown> | undefined): boolean {
  return state?.['State'] === 'Failed' || state?.['LastUpdateStatus'] === 'Failed';
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

const STALE = new Refusal(
  412,
  'PreconditionFailedException',
  'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
);

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const LAMBDA: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['POST', /\/functions$/, 'CreateFunction'],
  ['GET', /\/code-signing-config$/, 'GetFunctionCodeSigningConfig'],
  ['PUT', /\/code-signing-config$/, 'PutFunctionCodeSigningConfig'],
  ['DELETE', /\/code-signing-config$/, 'DeleteFunctionCodeSigningConfig'],
  ['GET', /\/functions\/[^/]+$/, 'GetFunction'],
  ['GET', /\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /\/configuration$/, 'UpdateFunctionConfiguration'],
  ['PUT', /\/code$/, 'UpdateFunctionCode'],
  ['POST', /\/versions$/, 'PublishVersion'],
  ['GET', /\/aliases\/[^/]+$/, 'GetAlias'],
  ['POST', /\/aliases$/, 'CreateAlias'],
  ['PUT', /\/aliases\/[^/]+$/, 'UpdateAlias'],
  ['GET', /\/event-source-mappings/, 'ListEventSourceMappings'],
  ['POST', /\/tags\//, 'TagResource'],
  ['DELETE', /\/tags\//, 'UntagResource'],
];

/** IAM and STS name the operation in the body, EventBridge and Logs in a header, Lambda by method and path. */
function callOf(request: IncomingMessage, text: string): Call {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    return { operation: target.split('.').at(-1) ?? '', body: JSON.parse(text || '{}') as Call['body'] };
  }
  if (request.headers['content-type']?.includes('urlencoded')) {
    const body = Object.fromEntries(new URLSearchParams(text));
    return { operation: body['Action'] ?? '', body };
  }
  const path = (request.url ?? '').split('?')[0] ?? '';
  // Only S3 has such requests.
  if (request.method === 'HEAD') {
    const body = { ExpectedBucketOwner: request.headers['x-amz-expected-bucket-owner'] };
    return { operation: /^\/[^/]+\/./.test(path) ? 'HeadObject' : 'HeadBucket', body };
  }
  const found = LAMBDA.find(([method, pattern]) => method === request.method && pattern.test(path));
  return {
    operation: found?.[2] ?? `${request.method === 'GET' ? 'Get' : 'Put'} ${path}`,
    body: text === '' ? {} : (JSON.parse(text) as Call['body']),
  };
}

function json(body: unknown, status = 200): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

function xml(operation: string, inside: string): Answer {
  const body = `<${operation}Response><${operation}Result>${inside}</${operation}Result></${operation}Response>`;
  return { status: 200, headers: { 'Content-Type': 'text/xml' }, body };
}

function errorOf(
  { body }: Call,
  { status, type, message }: { status: number; type: string; message: string },
): Answer {
  if ('Action' in body) {
    const text = `<ErrorResponse><Error><Type>Sender</Type><Code>${type}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    return { status, headers: { 'Content-Type': 'text/xml' }, body: text };
  }
  const headers = { 'Content-Type': 'application/json', 'x-amzn-ErrorType': type };
  return { status, headers, body: JSON.stringify({ Type: 'User', __type: type, message, Message: message }) };
}

function aliasJson(
  name: string,
  alias: string,
  { version, revision, weights }: { version: string; revision: string; weights: Record<string, number> },
) {
  return {
    AliasArn: `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${name}:${alias}`,
    Name: alias,
    FunctionVersion: version,
    RevisionId: revision,
    RoutingConfig: { AdditionalVersionWeights: weights },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
