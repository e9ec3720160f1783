import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ApprovalOutcome, ApprovalTicket } from '#core/approvals/types.ts';
import { createFakePresenter, queueBench } from '#support/approvals.ts';

const limits = [400, 1_000] as const;
const index = fc.nat(5);

const step = fc.oneof(
  fc.record({
    do: fc.constant('ask' as const),
    command: fc.nat(1),
    timeoutMs: fc.constantFrom(...limits),
    extendable: fc.boolean(),
  }),
  fc.record({ do: fc.constant('extend' as const), index }),
  fc.record({ do: fc.constant('extend' as const), index }),
  fc.record({ do: fc.constant('allow' as const), index }),
  fc.record({ do: fc.constant('abort' as const), index }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 199, 400, 999) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Asked {
  readonly ticket: ApprovalTicket;
  readonly timeoutMs: number;
  readonly extendable: boolean;
  readonly gone: AbortController;
  deadlineMs: number;
  readonly outcomes: { readonly outcome: ApprovalOutcome; readonly atMs: number }[];
}

function createRun() {
  const { queue, clock, ask, decide } = queueBench();
  queue.attach(createFakePresenter('one-at-a-time'));
  const asked: Asked[] = [];

  const settle = async () => {
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  };
  const isOpen = ({ outcomes }: Asked) => outcomes.length === 0;

  /** A person gives it more time; by the model, everything of ours behind it moves. */
  function extend(id: string): void {
    const behind = asked.filter((one) => isOpen(one) && one.ticket.approval.id === id);
    const movable = behind.filter((one) => one.extendable);
    const expected =
      behind.length === 0 ? 'unknown' : movable.length === 0 ? 'not-offered' : 'extended';
    expect(queue.extend(id)).toBe(expected);
    for (const one of movable) one.deadlineMs = clock.now() + one.timeoutMs;
  }

  function perform(one: Step): void {
    const target = 'index' in one ? asked[one.index] : undefined;
    const id = target?.ticket.approval.id ?? 'nobody';
    if (one.do === 'extend') extend(id);
    if (one.do === 'allow') decide(id);
    if (one.do === 'abort') target?.gone.abort();
    if (one.do === 'advance') clock.advance(one.ms);
    if (one.do !== 'ask') return;
    const { timeoutMs, extendable } = one;
    const gone = new AbortController();
    const ticket = ask({ command: `${one.command}`, timeoutMs, extendable }, gone.signal);
    const deadlineMs = clock.now() + timeoutMs;
    const entry: Asked = { ticket, timeoutMs, extendable, gone, deadlineMs, outcomes: [] };
    asked.push(entry);
    void ticket.outcome.then((outcome) => entry.outcomes.push({ outcome, atMs: clock.now() }));
  }

  function check(): void {
    for (const { outcomes, deadlineMs } of asked) {
      expect(outcomes.length).toBeLessThanOrEqual(1);
      const [end] = outcomes;
      if (!end) expect(deadlineMs).toBeGreaterThan(clock.now());
      else if (end.outcome.kind === 'allowed') expect(end.atMs).toBeLessThan(deadlineMs);
      else if (end.outcome.kind === 'expired')
        expect(clock.now()).toBeGreaterThanOrEqual(deadlineMs);
    }
  }

  return {
    asked,
    clock,
    queue,
    settle,
    async step(one: Step) {
      perform(one);
      await settle();
      check();
    },
  };
}

it('AP-10, AP-17: however often it is extended, nothing is allowed past its deadline or ends twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const run = createRun();
      for (const one of steps) await run.step(one);
      run.clock.advance(2_000);
      await run.settle();
      // Nothing waits for ever, and no timer is left.
      for (const { outcomes } of run.asked) expect(outcomes).toHaveLength(1);
      expect(run.queue.list()).toEqual([]);
      expect(run.clock.waiting).toBe(0);
    }),
    { numRuns: 300 },
  );
});
