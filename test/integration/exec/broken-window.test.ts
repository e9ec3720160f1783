import { expect, it, onTestFinished } from 'vitest';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import { systemHasher, systemIds } from '#host/system.ts';
import { canaryCommand, createExecBench } from '#support/exec-host.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { startPresenter } from '#support/presenter-bench.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** A real exec host that would run what nobody can be asked about, at a real queue with a window. */
function scene() {
  const clock = createVirtualClock();
  const log = createFakeLogger();
  const queue = createApprovalQueue({ clock, log, ids: systemIds, hasher: systemHasher });
  onTestFinished(() => queue.close());
  const bench = createExecBench({ deps: { clock, desk: queue } });
  bench.store.edit({ security: 'full', ask: 'always', askFallback: 'full' });
  const { presenter } = startPresenter({ desk: queue, clock, log });
  onTestFinished(() => presenter.close());
  const canary = canaryCommand();
  return {
    ...bench,
    clock,
    queue,
    presenter,
    ran: canary.ran,
    run: () => bench.run({ argv: [...canary.argv] }, { budgetMs: 60_000 }),
    question: () => expect.poll(() => queue.list()[0]).toBeDefined(),
  };
}

it('ES-18: a broken window hands nothing to the fallback: what is asked waits its time, and never runs', async () => {
  const { run, question, queue, clock, presenter, ran, rows } = scene();
  presenter.broken();
  const result = run();
  await question();
  clock.advance(59_000);
  expect(queue.list()).toHaveLength(1);
  clock.advance(1_000);
  expect(await result).toMatchObject({ ok: false });
  expect(rows).toMatchObject([{ outcome: 'expired', decidedBy: 'timeout' }]);
  expect(ran()).toBe(false);
});

it('ES-18: what waited when it broke waits on, and can be answered once it is back', async () => {
  const { run, question, presenter, ran, rows } = scene();
  const result = run();
  await question();
  presenter.broken();
  presenter.start();
  const { id = '', displayDigest = '' } = presenter.state().current ?? {};
  expect(presenter.decide({ id, displayDigest, decision: 'allow-once' })).toBe('accepted');
  expect(await result).toMatchObject({ ok: true });
  expect(rows).toMatchObject([{ outcome: 'allowed', decidedBy: 'person', surface: 'window:ada' }]);
  expect(ran()).toBe(true);
});
