import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Standstill } from '#core/approvals/types.ts';
import { createStandstillFile, readStandstill } from '#host/store/standstill-file.ts';
import { tempDir } from '#support/temp-dir.ts';

const standstill: Standstill = {
  by: { surface: 'window', who: 'ada' },
  sinceMs: 1_770_000_000_000,
  untilMs: 1_770_000_900_000,
};

const path = () => join(tempDir(), 'standstill.json');
const written = (text: string, mode = 0o600): string => {
  const file = path();
  writeFileSync(file, text, { mode });
  return file;
};

describe('standstill.json', () => {
  it('is not there before the first pause', async () => {
    expect(await readStandstill(path())).toEqual({ standstill: null });
  });

  it('keeps what was saved last, closed to others (S21)', async () => {
    const file = path();
    const store = createStandstillFile(file);
    // The first takes longer to write than the second.
    const slow = { ...standstill, by: { surface: 'window', who: 'a'.repeat(4_000_000) } } as const;
    await Promise.all([store.save(slow), store.save({ ...standstill, untilMs: null })]);
    expect(await readStandstill(file)).toEqual({ standstill: { ...standstill, untilMs: null } });
    await store.save(standstill);
    expect(await readStandstill(file)).toEqual({ standstill });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await store.save(null);
    expect(await readStandstill(file)).toEqual({ standstill: null });
  });

  it('writes again after a write that failed', async () => {
    const folder = join(tempDir(), 'not-yet');
    const file = join(folder, 'standstill.json');
    writeFileSync(folder, 'in the way');
    const store = createStandstillFile(file);
    await expect(store.save(standstill)).rejects.toThrow();
    rmSync(folder);
    await store.save(standstill);
    expect(await readStandstill(file)).toEqual({ standstill });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"version":1,'],
    ['another version', '{"version":2,"standstill":null}'],
    ['no standstill', '{"version":1}'],
    ['a key nobody knows', '{"version":1,"standstill":null,"also":1}'],
    ['an end before its beginning', body({ sinceMs: 5, untilMs: 5 })],
    ['a time no date can name', body({ untilMs: 9_000_000_000_000_000 })],
    ['a surface nobody knows', body({ by: { surface: 'elsewhere', who: null } })],
  ])('S16: tells that %s cannot be read', async (_, text) => {
    expect(await readStandstill(written(text))).toHaveProperty('unreadable');
  });

  it('S21: reads neither a link nor what others may write', async () => {
    const real = written(body({}));
    const link = path();
    symlinkSync(real, link);
    expect(await readStandstill(link)).toHaveProperty('unreadable');
    chmodSync(real, 0o666);
    expect(await readStandstill(real)).toHaveProperty('unreadable');
    const folder = path();
    mkdirSync(folder);
    expect(await readStandstill(folder)).toHaveProperty('unreadable');
  });

  it('replaces a link without following it', async () => {
    const target = written('mine');
    const link = path();
    symlinkSync(target, link);
    await createStandstillFile(link).save(null);
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(await readStandstill(link)).toEqual({ standstill: null });
  });
});

function body(over: object): string {
  return JSON.stringify({ version: 1, standstill: { ...standstill, ...over } });
}
