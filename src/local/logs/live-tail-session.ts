import type { ServerResponse } from 'node:http';
import type { Home } from '../../lambda/function-name.js';
import { groupNameOf } from '../../lambda/logs/arn.js';
import { invalidParameter, noSuchGroup } from '../../lambda/logs/errors.js';
import { parseFilterPattern } from '../../lambda/logs/filter/pattern.js';
import type { Input } from '../../lambda/logs/requests.js';
import { eventFrame, exceptionFrame } from '../event-frame.js';
import { newId } from '../ids.js';
import { LiveTail } from './live-tail.js';
import type { LogGroup, LogStore } from './log-store.js';

/** "Every second, a LiveTailSessionUpdate object is sent" (API reference, StartLiveTail). */
const INTERVAL_MS = 1_000;
/** "Live Tail sessions time out after three hours" (API reference, SessionTimeoutException). */
const MOST_UPDATES = 3 * 3_600;

type Request = Input<'StartLiveTail'>;

/** Answers StartLiveTail: a stream of what comes from now on, until the client, the service or three hours end it. */
export function openLiveTail(store: LogStore, home: Home, input: Request, response: ServerResponse): void {
  const tail = tailOf(store, home, input);
  const requestId = newId();
  response.writeHead(200, {
    'Content-Type': 'application/vnd.amazon.eventstream',
    'x-amzn-RequestId': requestId,
  });
  const send = (event: string, members: object) =>
    response.write(eventFrame(event, 'application/json', Buffer.from(JSON.stringify(members))));
  // What SDKs of a JSON protocol expect before anything else (botocore: parsers.py, _handle_event_stream).
  send('initial-response', {});
  send('sessionStart', { requestId, sessionId: newId(), ...input });
  let updates = 0;
  let cancel = store.clock.after(INTERVAL_MS, update);
  const leave = store.onClose(() => response.end());
  response.once('close', () => {
    cancel();
    leave();
  });

  function update(): void {
    // A client that reads slowly gets fewer updates, each with a sample of more.
    if (!response.writableNeedDrain) send('sessionUpdate', tail.update());
    updates += 1;
    if (updates < MOST_UPDATES) cancel = store.clock.after(INTERVAL_MS, update);
    else response.end(exceptionFrame('SessionTimeoutException', 'The Live Tail session has timed out.'));
  }
}

function tailOf(store: LogStore, home: Home, input: Request): LiveTail {
  const { logGroupIdentifiers = [], logStreamNames, logStreamNamePrefixes } = input;
  // The texts of these two are moto's (moto/logs/models.py, start_live_tail).
  if (logStreamNames && logStreamNamePrefixes)
    throw invalidParameter('Only one of logStreamNames or logStreamNamePrefixes can be provided.');
  if ((logStreamNames || logStreamNamePrefixes) && logGroupIdentifiers.length !== 1)
    throw invalidParameter(
      'logStreamNames and logStreamNamePrefixes can only be used with a single log group.',
    );
  const matches = parseFilterPattern(input.logEventFilterPattern ?? '');
  // Recorded with these words before the problem, which FilterLogEvents leaves out (tests/golden/logs-errors.json).
  if ('problem' in matches) {
    const { problem } = matches;
    const said = 'Invalid filter pattern';
    throw invalidParameter(problem === said ? said : `${said}: ${problem}`);
  }
  const groups = logGroupIdentifiers.map((identifier) => ({
    identifier,
    group: groupOf(store, home, identifier),
  }));
  return new LiveTail(groups, { logStreamNames, logStreamNamePrefixes, matches });
}

function groupOf(store: LogStore, home: Home, identifier: string): LogGroup {
  const group = store.group(groupNameOf(identifier, home) ?? '');
  if (!group) throw noSuchGroup();
  return group;
}
