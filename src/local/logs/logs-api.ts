import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../http/body.js';
import { LogsError, notJson, refusalBody, unknownOperation } from '../../lambda/logs/errors.js';
import { isOperation, OPERATIONS, type Operation, readInput } from '../../lambda/logs/requests.js';
import { newId } from '../ids.js';
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  type GroupContext,
  listTagsForResource,
  putRetentionPolicy,
  tagResource,
  untagResource,
} from './group-operations.js';
import { openLiveTail } from './live-tail-session.js';
import { describeLogGroups, describeLogStreams, filterLogEvents, getLogEvents } from './operations.js';

const CONTENT_TYPE = 'application/x-amz-json-1.1';
/** No request is near it: a filter pattern has 1,024 characters, a list of streams 100 names. */
const MAX_REQUEST_BYTES = 1_048_576;

/** Answers a request whose `X-Amz-Target` says `Logs_20140328.<operation>`. */
export function serveLogs(
  context: GroupContext,
  operation: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  readBody(request, MAX_REQUEST_BYTES, (body) => {
    if (body.kind === 'truncated') return;
    try {
      if (!isOperation(operation)) throw unknownOperation(operation, OPERATIONS);
      answer(context, operation, body.kind === 'whole' ? parsed(body.bytes) : undefined, response);
    } catch (error) {
      refuse(response, error);
    }
  });
}

function answer(context: GroupContext, operation: Operation, body: unknown, response: ServerResponse): void {
  const { store, home, settings } = context;
  const ok = (members: object) => send(response, 200, JSON.stringify(members));
  const kept = (done: Promise<void>) =>
    void done.then(
      () => send(response, 200, ''),
      (error) => refuse(response, error),
    );
  switch (operation) {
    case 'DescribeLogGroups':
      return ok(describeLogGroups(store, home, readInput(operation, body), settings));
    case 'DescribeLogStreams':
      return ok(describeLogStreams(store, home, readInput(operation, body)));
    case 'GetLogEvents':
      return ok(getLogEvents(store, home, readInput(operation, body)));
    case 'FilterLogEvents':
      return ok(filterLogEvents(store, home, readInput(operation, body)));
    case 'CreateLogGroup':
      return kept(createLogGroup(context, readInput(operation, body)));
    case 'DeleteLogGroup':
      return kept(deleteLogGroup(context, readInput(operation, body)));
    case 'PutRetentionPolicy':
      return kept(putRetentionPolicy(context, readInput(operation, body)));
    case 'DeleteRetentionPolicy':
      return kept(deleteRetentionPolicy(context, readInput(operation, body)));
    case 'TagResource':
      return kept(tagResource(context, readInput(operation, body)));
    case 'UntagResource':
      return kept(untagResource(context, readInput(operation, body)));
    case 'ListTagsForResource':
      return ok(listTagsForResource(context, readInput(operation, body)));
    case 'StartLiveTail':
      return openLiveTail(store, home, readInput(operation, body), response);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof LogsError) return send(response, 400, refusalBody(error.refusal));
  const message = error instanceof Error ? error.message : String(error);
  send(response, 500, refusalBody({ code: 'ServiceUnavailableException', message }));
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.length === 0 ? '{}' : bytes.toString('utf8'));
  } catch {
    throw notJson();
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': CONTENT_TYPE,
    'x-amzn-RequestId': newId(),
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
