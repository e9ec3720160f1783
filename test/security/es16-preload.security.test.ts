import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Bridge } from '#ipc/contract.ts';
import { decideInput, quietSnapshot } from '#support/desktop-fixtures.ts';
import { runPreload } from '#support/run-preload.ts';
import { createWindowBench } from '#support/window-bench.ts';

/** The built one: `npm run build` makes it, `npm test` builds first. */
const built = fileURLToPath(new URL('../../out/preload/index.cjs', import.meta.url));

function setUp() {
  const { deps, fake } = createWindowBench();
  const { webContents: contents } = deps.open({});
  const page = fake.windows[0]?.webContents.page;
  if (!page) throw new Error('no window');
  return { contents, fake, page, exposed: runPreload(built, page) };
}

test('ES-16: the built preload gives a page exactly `companion.call` and `companion.onSnapshot`', () => {
  const { exposed } = setUp();
  expect(Object.keys(exposed)).toEqual(['companion']);
  const companion = exposed.companion as Record<string, unknown>;
  expect(Object.entries(companion).map(([key, value]) => [key, typeof value])).toEqual([
    ['call', 'function'],
    ['onSnapshot', 'function'],
  ]);
});

test('ES-04: the built preload requires only electron and stays small enough to carry no library', () => {
  const source = readFileSync(built, 'utf8');
  expect([...source.matchAll(/require\(\s*(.*?)\s*\)/g)].map((hit) => hit[1])).toEqual([
    '"electron"',
  ]);
  expect(source).not.toMatch(/\bimport\s*\(|process\.|node:/);
  expect(statSync(built).size).toBeLessThan(6_000);
});

test('ES-16: a page that listens gets the snapshot and nothing of the event', () => {
  const { contents, exposed } = setUp();
  const seen: unknown[][] = [];
  const companion = exposed.companion as Bridge;
  const stop = companion.onSnapshot((...args: unknown[]) => void seen.push(args));
  contents.send('snapshot', quietSnapshot(1));
  contents.send('snapshot', quietSnapshot(1));
  stop();
  contents.send('snapshot', quietSnapshot(2));
  expect(seen).toEqual([[quietSnapshot(1)]]);
});

test('ES-16: a call reaches the main process as channel and input; no handler is told in words', async () => {
  const { exposed, fake } = setUp();
  const companion = exposed.companion as Bridge;
  expect(await companion.call('approvals.decide', decideInput)).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE' },
  });
  const seen: unknown[] = [];
  fake.ipcMain.handle('approvals.decide', (...[, ...args]: unknown[]) => {
    seen.push(args);
    return { ok: true, value: 'accepted' };
  });
  expect(await companion.call('approvals.decide', decideInput)).toEqual({
    ok: true,
    value: 'accepted',
  });
  expect(seen).toEqual([[decideInput]]);
});
