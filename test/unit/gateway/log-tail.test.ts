import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogReader } from '#host/gateway/log-tail.ts';
import { tempDir } from '#support/temp-dir.ts';

const all = { cursor: null, limit: 100, maxBytes: 10_000 };

function logFile(text: string): string {
  const file = join(tempDir(), 'companion.jsonl');
  writeFileSync(file, text);
  return file;
}

describe('logs.tail reader', () => {
  test('a missing log is empty', async () => {
    const file = join(tempDir(), 'none.jsonl');
    expect(await createLogReader(() => file)(all)).toEqual({
      file,
      cursor: 0,
      size: 0,
      lines: [],
      truncated: false,
      reset: false,
    });
  });

  test('a symbolic link is not followed (S21)', async () => {
    const file = logFile('secret\n');
    symlinkSync(file, `${file}.link`);
    await expect(createLogReader(() => `${file}.link`)(all)).rejects.toThrow(/ELOOP/);
  });

  test('the cursor goes on where the last answer ended, and waits for whole lines', async () => {
    const file = logFile('one\ntwo\nthr');
    const read = createLogReader(() => file);
    const first = await read(all);
    expect(first).toMatchObject({ lines: ['one', 'two'], cursor: 8, size: 11, truncated: false });
    appendFileSync(file, 'ee\nfour\n');
    const next = await read({ ...all, cursor: first.cursor });
    expect(next).toMatchObject({ lines: ['three', 'four'], cursor: 19, reset: false });
    expect(await read({ ...all, cursor: next.cursor })).toMatchObject({ lines: [], cursor: 19 });
  });

  test('limits keep the end, and a cut first line is dropped', async () => {
    const read = createLogReader(() => file);
    const file = logFile('aaaa\nbbbb\ncccc\n');
    expect(await read({ ...all, limit: 1 })).toMatchObject({ lines: ['cccc'], truncated: true });
    expect(await read({ ...all, maxBytes: 7 })).toMatchObject({ lines: ['cccc'], truncated: true });
    expect(await read({ ...all, maxBytes: 10 })).toMatchObject({ lines: ['bbbb', 'cccc'] });
  });

  test('a rotated log, or one too far ahead, starts over and says so', async () => {
    const file = logFile('aaaa\nbbbb\n');
    const read = createLogReader(() => file);
    expect(await read({ ...all, cursor: 500 })).toMatchObject({ reset: true, cursor: 10 });
    const behind = await read({ ...all, cursor: 0, maxBytes: 5 });
    expect(behind).toMatchObject({ reset: true, truncated: true, lines: ['bbbb'] });
  });

  test('reading in steps of any size yields every whole line once', async () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\n\r]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(line), { maxLength: 4 }), async (batches) => {
        const file = logFile('');
        const read = createLogReader(() => file);
        let cursor: number | null = null;
        const seen: string[] = [];
        for (const lines of batches) {
          appendFileSync(file, lines.map((text) => `${text}\n`).join(''));
          const answer = await read({ ...all, limit: 1_000, maxBytes: 1_000_000, cursor });
          cursor = answer.cursor;
          seen.push(...answer.lines);
        }
        expect(seen).toEqual(batches.flat());
      }),
      { numRuns: 30 },
    );
  });
});
