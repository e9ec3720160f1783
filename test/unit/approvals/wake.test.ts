import { expect, it } from 'vitest';
import { createFakePresenter, queueBench } from '#support/approvals.ts';

it('AP-10: what ran out while the computer slept is over when it wakes, the rest goes on', async () => {
  const { queue, ask, clock } = queueBench();
  const window = createFakePresenter('one-at-a-time');
  queue.attach(window);
  const first = ask({ command: 'one', timeoutMs: 60_000 });
  const second = ask({ command: 'two', timeoutMs: 60_000 });
  const third = ask({ command: 'three', timeoutMs: 600_000 });
  const { now } = clock;
  // Timers stand still while a computer sleeps; its clock does not.
  clock.now = () => now() + 60_000;
  queue.expireOverdue();
  expect(await first.outcome).toEqual({ kind: 'expired' });
  expect(await second.outcome).toEqual({ kind: 'expired' });
  expect([...window.open.keys()]).toEqual([third.approval.id]);
  queue.expireOverdue();
  expect(queue.list()).toHaveLength(1);
});
