import { describe, expect, it } from 'vitest';
import { MASK, shownValue } from './secrets.js';

describe('what is masked', () => {
  it.each([
    ['API_KEY', 'x'],
    ['DB_PASSWORD', 'x'],
    ['GITHUB_TOKEN', 'x'],
    ['APITOKEN', 'x'],
    ['stripe-secret', 'x'],
    ['SENTRY_DSN', 'x'],
    ['DATABASE_URL', 'postgres://app:hunter2@db/orders'],
    ['ID', 'AKIAIOSFODNN7EXAMPLE'],
    ['CI', 'ghp_0123456789abcdefghijklmn'],
    ['BEARER', 'eyJhbGciOi.eyJzdWIi.c2ln'],
    ['PEM', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('is %s', (name, value) => {
    expect(shownValue(name, value)).toBe(MASK);
  });

  it.each([
    ['COLOR', 'red'],
    ['TABLE', 'orders'],
    ['KEYBOARD', 'de'],
    ['MONKEY', 'yes'],
    ['SPINNER', 'on'],
    ['DATABASE_URL', 'postgres://db/orders'],
    ['RUST_LOG', 'info'],
  ])('is not %s', (name, value) => {
    expect(shownValue(name, value)).toBe(value);
  });
});
