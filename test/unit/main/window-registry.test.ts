import { expect, test } from 'vitest';
import { createApprovalWindow } from '#main/windows/approval-window.ts';
import { createStatusWindow } from '#main/windows/status-window.ts';
import { quietSnapshot } from '#support/desktop-fixtures.ts';
import { createWindowBench, settled } from '#support/window-bench.ts';

async function setUp() {
  const bench = createWindowBench();
  const nothing = () => undefined;
  const platform = 'macos' as const;
  const prompt = createApprovalWindow({
    ...bench.deps,
    platform,
    onDismissed: nothing,
    onBroken: nothing,
  });
  const status = createStatusWindow({ ...bench.deps, platform, anchor: () => null });
  prompt.prepare();
  status.prepare();
  await settled();
  const revisions = () =>
    bench.fake.windows.map(({ webContents }) =>
      webContents.page.pushes.map(({ args }) => (args[0] as { revision: number }).revision),
    );
  return { bench, prompt, status, revisions };
}

test('ES-13: a web contents id is the window it was made for until it is destroyed', async () => {
  const { bench, prompt } = await setUp();
  const ids = bench.fake.windows.map(({ webContents }) => webContents.id);
  expect(ids.map(bench.registry.windowOf)).toEqual(['approval', 'status']);
  prompt.destroy();
  expect(ids.map(bench.registry.windowOf)).toEqual([null, 'status']);
});

test('a snapshot goes to every window once, and never back in time', async () => {
  const { bench, revisions } = await setUp();
  for (const revision of [1, 3, 2, 3, 4]) bench.registry.push(quietSnapshot(revision));
  expect(revisions()).toEqual([
    [1, 3, 4],
    [1, 3, 4],
  ]);
});

test('IP-08: what is not in the contract is not sent to a page', async () => {
  const { bench } = await setUp();
  const wide = { ...quietSnapshot(1), token: 'secret' };
  bench.registry.push(wide);
  const sent = bench.fake.windows.map(({ webContents }) => webContents.page.pushes);
  expect(JSON.stringify(sent)).not.toContain('secret');
  expect(sent).toHaveLength(2);
});

test('a snapshot that is not one is logged and not sent', async () => {
  const { bench, revisions } = await setUp();
  bench.registry.push({ revision: 1 } as never);
  expect(revisions()).toEqual([[], []]);
  expect(bench.log.lines).toMatchObject([{ event: 'snapshot.invalid' }]);
  bench.registry.push(quietSnapshot(1));
  expect(revisions()).toEqual([[1], [1]]);
});
