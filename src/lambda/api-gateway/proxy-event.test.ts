import { describe, expect, it } from 'vitest';
import { golden } from '../../../tests/golden/read.js';
import type { FrontRequest } from '../http-event.js';
import { toHttpApiEvent } from './http-api-event.js';
import { isBinaryType, type ProxyContext, toProxyEvent } from './proxy-event.js';

interface Recorded {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: string[];
    readonly body?: string;
  };
  readonly event: Record<string, unknown> & { requestContext: Record<string, unknown> };
}

const rest = golden<{ events: Record<string, Recorded> }>('api-gateway-rest');

function frontRequest(method: string, rawUrl: string, rawHeaders: string[], body = ''): FrontRequest {
  return {
    method,
    rawUrl,
    rawHeaders,
    body: Buffer.from(body),
    sourceIp: '203.0.113.5',
    traceId: 'Root=1-67891233-abcdef012345678912345678',
    nowMs: Date.parse('2024-07-10T12:28:36Z'),
    protocol: 'HTTP/1.1',
    requestId: 'id',
  };
}

const CONTEXT: ProxyContext = {
  accountId: '111111111111',
  apiId: 'abc',
  domainName: 'abc.execute-api.us-east-1.amazonaws.com',
  stage: 'test',
  pathParameters: {},
  resourceId: 'r1',
  resourcePath: '/{proxy+}',
  path: '/test-path',
  deploymentId: 'd1',
  extendedRequestId: 'x1',
  isBinary: () => false,
};

describe('the event of a REST API', () => {
  it.each(Object.entries(rest.events))('is as AWS sends it: %s', (_name, { request, event }) => {
    const made = JSON.parse(
      toProxyEvent(frontRequest(request.method, request.url, request.headers, request.body), {
        ...CONTEXT,
        path: request.url.replace(/^\/test|\?.*$/g, ''),
        pathParameters: event['pathParameters'] as Record<string, string>,
      }),
    );
    // What the recording has of CloudFront and masks is left out of it.
    expect(made).toMatchObject(event);
    expect(Object.keys(made).sort()).toEqual(Object.keys(event).sort());
    expect(Object.keys(made.requestContext).sort()).toEqual(Object.keys(event.requestContext).sort());
  });

  it('has the headers that AWS sets in place of the caller’s, whatever their case', () => {
    const headers = [
      'x-amzn-trace-id',
      'mine',
      'X-FORWARDED-PROTO',
      'http',
      'x-forwarded-for',
      '198.51.100.7',
    ];
    const made = JSON.parse(toProxyEvent(frontRequest('GET', '/test/x', headers), CONTEXT));
    expect(made.headers).toEqual({
      'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678',
      'X-Forwarded-For': '198.51.100.7, 203.0.113.5',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    });
  });

  it('has a body of a binary type as base64', () => {
    const isBinary = (type: string) => isBinaryType(['image/*'], type);
    const request = frontRequest('POST', '/test/x', ['content-type', 'image/png'], 'abc');
    expect(JSON.parse(toProxyEvent(request, { ...CONTEXT, isBinary }))).toMatchObject({
      body: 'YWJj',
      isBase64Encoded: true,
    });
  });

  it.each([
    [['*/*'], 'image/png', true],
    [['image/*'], 'image/png; x=y', true],
    [['application/octet-stream'], 'image/png', false],
    [[], 'image/png', false],
    [['*/*'], '', true],
  ])('of %j %s is binary: %s', (types, type, expected) => {
    expect(isBinaryType(types, type)).toBe(expected);
  });
});

describe('the event of an HTTP API', () => {
  const sample = golden<{ event: Record<string, unknown> }>('api-gateway-http').event;
  const request = frontRequest(
    'POST',
    '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
    [
      'Header1',
      'value1',
      'Header2',
      'value1',
      'Header2',
      'value2',
      'Cookie',
      'cookie1; cookie2',
      'User-Agent',
      'agent',
      'Content-Type',
      'text/plain',
    ],
    'Hello from client!',
  );
  const context = {
    accountId: '123456789012',
    apiId: 'api-id',
    domainName: 'id.execute-api.us-east-1.amazonaws.com',
    stage: '$default',
    stageVariables: { stageVariable1: 'value1', stageVariable2: 'value2' },
    pathParameters: { parameter1: 'value1' },
    routeKey: '$default',
  };

  it('of version 2.0 is as the developer guide has it', () => {
    expect(JSON.parse(toHttpApiEvent({ ...request, nowMs: 1583348638390 }, context))).toMatchObject(sample);
  });

  it('of version 1.0 says so, and has no resource', () => {
    const { resourceId: _none, deploymentId: _neither, ...http } = CONTEXT;
    const event = JSON.parse(toProxyEvent(request, { ...http, resourcePath: '/my/path', path: '/my/path' }));
    expect(event).toMatchObject({
      version: '1.0',
      resource: '/my/path',
      multiValueHeaders: { Header2: ['value1', 'value2'] },
      headers: { Header2: 'value2' },
      multiValueQueryStringParameters: { parameter1: ['value1', 'value2'] },
      requestContext: { resourceId: null, resourcePath: '/my/path' },
    });
  });
});
