import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { assemble, WORK } from '../../bench/claims/handlers.js';
import { packageRoot } from '../../src/package-root.js';
import { serveReal } from '../support/functions.js';

// The handlers that docs/claims.md compares: a comparison says something only if all of them do the same.

type Assembled = Awaited<ReturnType<typeof assemble>>;
let assembled: Assembled;

beforeAll(async () => {
  assembled = await assemble(join(packageRoot(), '.tools', 'handlers-debug'), {
    built: inject('functions'),
  });
});

const KNOWN: Record<string, unknown> = {
  hello: { message: 'Hello Rust, this is Lambda!' },
  // Of "crablet" and the pattern of 5 MB, computed apart.
  sha256: { sha256: '86f3836dea2ee90982d16d47ea9c280e07176752358eb70ed88435ccabb6a95f' },
  thumbnail: { width: 128, height: 96, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  transform: { cents: expect.any(Number), customers: expect.any(Array) },
  marshal: { same: true, items: expect.any(Array) },
};

describe('the same work in three languages', () => {
  it('is there in all of them', () => {
    expect(assembled.missing).toEqual([]);
    for (const work of WORK)
      expect(assembled.handlers.filter((one) => one.work === work).map(({ language }) => language)).toEqual([
        'rust',
        'node',
        'python',
      ]);
  });

  it.each(WORK)('%s: all answer the same', async (work) => {
    const handlers = assembled.handlers.filter((one) => one.work === work);
    const service = await serveReal({
      functions: handlers.map(({ folder, language }) => ({
        name: language,
        bootstrap: join(folder, 'bootstrap'),
        memoryMb: 1024,
      })),
    });
    const event = readFileSync(assembled.payloads[work]!);
    const answers = [];
    for (const { language } of handlers) {
      const { payload, functionError } = await service.invoke(language, event);
      expect(functionError, `${language}: ${payload}`).toBeUndefined();
      answers.push(JSON.parse(payload.toString()));
    }
    expect(answers[0]).toEqual(KNOWN[work]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});
