import { describe, expect, it } from 'vitest';
import { chooseKind, eventKind, type KindFlags } from './choose-kind.js';
import { EVENT_TYPES } from './event-types.js';
import type { ProjectKind } from './kind.js';

const extension = { kind: 'extension', events: false, logs: false, telemetry: false } as const;

describe('chooseKind', () => {
  it.each<[KindFlags, ProjectKind | undefined]>([
    [{}, undefined],
    [{ http: true }, { kind: 'http' }],
    [{ httpFeature: 'alb' }, { kind: 'http', feature: 'alb' }],
    [
      { http: true, httpFeature: 'alb' },
      { kind: 'http', feature: 'alb' },
    ],
    [{ eventType: 'sqs::SqsEvent' }, { kind: 'event', type: 'sqs::SqsEvent' }],
    [{ eventType: '' }, { kind: 'basic' }],
    [{ extension: true }, { ...extension, events: true }],
    [
      { extension: true, logs: true },
      { ...extension, logs: true },
    ],
    [
      { extension: true, events: true, telemetry: true },
      { ...extension, events: true, telemetry: true },
    ],
    [{ workspace: true }, { kind: 'workspace' }],
  ])('%j', (flags, kind) => {
    expect(chooseKind(flags)).toEqual(kind);
  });

  it.each<[KindFlags, string, string]>([
    [{ http: true, eventType: 'sqs::SqsEvent' }, '--http and --event-type ask', 'Keep one'],
    [{ httpFeature: 'alb', extension: true }, '--http-feature and --extension ask', 'Keep one'],
    [{ workspace: true, http: true }, '--http and --workspace ask', 'Keep one'],
    [{ logs: true }, '--logs is a part of an extension', '--extension --logs'],
    [{ http: true, events: true }, '--events is a part of an extension', '--extension --events'],
    [
      { extension: true, logs: true, telemetry: true },
      'both --logs and --telemetry',
      '--extension --telemetry',
    ],
  ])('refuses %j', (flags, what, fix) => {
    expect(() => chooseKind(flags)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(what), fix: expect.stringContaining(fix) }),
    );
  });
});

describe('eventKind', () => {
  it('takes every type, in short or in full', () => {
    for (const { path } of EVENT_TYPES) {
      const kind = { kind: 'event', type: path };
      expect(eventKind(path)).toEqual(kind);
      expect(eventKind(`aws_lambda_events::event::${path}`)).toEqual(kind);
    }
    expect(eventKind('serde_json::Value')).toEqual({ kind: 'event', type: 'serde_json::Value' });
  });

  it.each([
    ['sqs::SqsEvents', 'sqs::SqsEvent'],
    ['SnsEvent', 'sns::SnsEvent'],
    ['s3::SqsEvent', 'sqs::SqsEvent'],
    ['cloudwatch_logs::CloudwatchLogsEvent', 'cloudwatch_logs::LogsEvent'],
    [
      'kinesis::KinesisAnalyticsOutputDeliveryEvent',
      'kinesis_analytics::KinesisAnalyticsOutputDeliveryEvent',
    ],
    ['xxxxxxxxxxxxx', 'sqs::SqsEvent'],
  ])('names the type that was meant by %s', (asked, meant) => {
    expect(() => eventKind(asked)).toThrow(
      expect.objectContaining({
        code: 'usage.arguments',
        fix: expect.stringContaining(`--event-type ${meant}`),
      }),
    );
  });
});
