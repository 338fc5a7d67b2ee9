import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { EventQueueNews, EventQueueRecord } from '../../local/events.js';
import { eventLine } from './event-line.js';
import { type LogView, logLines } from './log-view.js';

const target = 'arn:aws:sqs:eu-west-1:111111111111:queue';
const news = (record: EventQueueRecord): EventQueueNews => ({
  type: 'event-queue',
  function: 'hello',
  requestId: 'ID',
  time: Date.UTC(2026, 10, 23, 12, 34, 56, 789),
  record,
});

const CASES: [EventQueueRecord, string][] = [
  [{ type: 'retry', attempt: 2, attempts: 3, delayMs: 60_000 }, '↻ attempt 2 of 3 in 60 s · ID'],
  [{ type: 'retry', attempt: 3, attempts: 3, delayMs: 120_000 }, '↻ attempt 3 of 3 in 2 min · ID'],
  [{ type: 'retry', attempt: 2, attempts: 2, delayMs: 10 }, '↻ attempt 2 of 2 in 10 ms · ID'],
  [
    { type: 'requeue', reason: 'ConcurrentInvocationLimitExceeded', delayMs: 4000 },
    '↻ could not run, again in 4 s · ConcurrentInvocationLimitExceeded · ID',
  ],
  [
    { type: 'dropped', condition: 'EventAgeExceeded', attempts: 1 },
    '✗ event dropped: EventAgeExceeded · 1 attempt · ID',
  ],
  [
    { type: 'dropped', condition: 'RetriesExhausted', attempts: 3 },
    '✗ event dropped: RetriesExhausted · 3 attempts · ID',
  ],
  [{ type: 'delivered', role: 'on-success', target }, `→ on-success · ${target} · ID`],
  [
    { type: 'undelivered', role: 'dead-letter', target, why: 'ECONNREFUSED', delayMs: 1000 },
    `✗ dead-letter not sent, again in 1 s · ${target} · ECONNREFUSED · ID`,
  ],
  [
    { type: 'undelivered', role: 'on-failure', target, why: 'ECONNREFUSED' },
    `✗ on-failure not sent, given up · ${target} · ECONNREFUSED · ID`,
  ],
];

describe('what became of an event', () => {
  it.each(CASES)('%j', (record, line) => {
    expect(eventLine(news(record), pc.createColors(false))).toBe(line);
  });

  const show = (view: LogView, severalFunctions = false) =>
    logLines(news(CASES[0]![0]), { view, colors: false, severalFunctions });

  it('is a line for a person, with the function if there are several', () => {
    expect(show('pretty')).toEqual([expect.stringMatching(/^\d\d:\d\d:56 ↻ attempt 2 of 3 in 60 s · ID$/)]);
    expect(show('pretty', true)).toEqual([expect.stringMatching(/^\d\d:\d\d:56 hello ↻ attempt 2 /)]);
  });

  it('is an object in JSON, and no part of the raw log', () => {
    expect(show('json').map((line) => JSON.parse(line))).toEqual([
      {
        time: '2026-11-23T12:34:56.789Z',
        function: 'hello',
        type: 'event-queue.retry',
        requestId: 'ID',
        attempt: 2,
        attempts: 3,
        delayMs: 60_000,
      },
    ]);
    expect(show('raw')).toEqual([]);
  });
});
