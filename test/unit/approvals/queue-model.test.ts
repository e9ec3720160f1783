import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pauseMs } from '#core/approvals/pause.ts';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import type { ApprovalOutcome, ApprovalTicket } from '#core/approvals/types.ts';
import { askOf, createFakePresenter, type FakePresenter, person } from '#support/approvals.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const limits = { perAgent: 3, perCaller: 4, inAll: 5, strikes: 2, cooldownMs: 2_000 };
const agents = ['a', 'b', 'c'] as const;
const index = fc.nat(9);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      agent: fc.constantFrom(...agents),
      caller: fc.constantFrom(undefined, 'device'),
      command: fc.nat(2),
      timeoutMs: fc.constantFrom(null, 500, 1_000, 3_000),
      kind: fc.constantFrom('exec' as const, 'gateway-request' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      index,
      decision: fc.constantFrom('allow-once' as const, 'allow-always' as const, 'deny' as const),
      digest: fc.constantFrom(
        'current' as const,
        'wrong' as const,
        'none' as const,
        'first' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), index }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('resume' as const),
      agent: fc.constantFrom(...agents),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 499, 1_000, 2_500, pauseMs),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('attach' as const),
      mode: fc.constantFrom('one-at-a-time' as const, 'all' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('detach' as const), index }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Asked {
  readonly ticket: ApprovalTicket;
  readonly agent: string;
  readonly caller: string | undefined;
  readonly deadlineMs: number;
  readonly gone: AbortController;
  outcome: ApprovalOutcome | null;
}

function createRun() {
  const clock = createVirtualClock();
  const queue = createApprovalQueue({
    clock,
    ids: createFakeIds(),
    hasher: fakeHasher,
    log: createFakeLogger(),
    limits,
  });
  const asked: Asked[] = [];
  const attached: { presenter: FakePresenter; detach: () => void }[] = [];
  /** What the step that runs now answered: a question, or everything of an agent. */
  let allowed: string | null = null;
  let denied: string | null = null;
  let silenced: string | null = null;

  const settle = async () => {
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  };

  const perform = (one: Step): void => {
    switch (one.do) {
      case 'ask': {
        const gone = new AbortController();
        const { agent, caller, timeoutMs, kind } = one;
        const ask = askOf({ agent, command: `command ${one.command}`, timeoutMs, kind });
        const isPaused = queue.pauses.list().some((pause) => pause.agent === agent);
        const ticket = queue.ask(caller === undefined ? ask : { ...ask, caller }, gone.signal);
        if (isPaused) expect(queue.get(ticket.approval.id)).toBeNull();
        const deadlineMs = timeoutMs === null ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
        const entry: Asked = { ticket, agent, caller, deadlineMs, gone, outcome: null };
        asked.push(entry);
        void ticket.outcome.then((outcome) => {
          // Only the step that allowed this very question may let anything through.
          if (outcome.kind === 'allowed') expect(ticket.approval.id).toBe(allowed);
          if (outcome.kind === 'denied' && agent !== silenced)
            expect(ticket.approval.id).toBe(denied);
          if (outcome.kind === 'expired') expect(clock.now()).toBeGreaterThanOrEqual(deadlineMs);
          entry.outcome = outcome;
        });
        return;
      }
      case 'answer': {
        const target = asked[one.index]?.ticket.approval;
        if (!target) return;
        const current = queue.get(target.id)?.displayDigest ?? '';
        const digests = { current, wrong: 'wrong', none: null, first: target.displayDigest };
        const displayDigest = digests[one.digest];
        const result = queue.answer({
          id: target.id,
          decision: one.decision,
          by: person,
          displayDigest,
        });
        if (result !== 'accepted') return;
        expect([current, null]).toContain(displayDigest);
        expect(one.decision).not.toBe('allow-always');
        if (one.decision === 'deny') denied = target.id;
        else allowed = target.id;
        return;
      }
      case 'pause': {
        const target = asked[one.index];
        const shown = target && queue.get(target.ticket.approval.id);
        if (!shown) return;
        const { id, displayDigest } = shown;
        silenced = target.agent;
        const deny = { id, decision: 'deny', by: person, displayDigest } as const;
        expect(queue.answer({ ...deny, pauseAgentMs: pauseMs })).toBe('accepted');
        return;
      }
      case 'resume':
        queue.pauses.resume(one.agent, person);
        return;
      case 'abort':
        asked[one.index]?.gone.abort();
        return;
      case 'advance':
        clock.advance(one.ms);
        return;
      case 'attach': {
        const presenter = createFakePresenter(one.mode);
        attached.push({ presenter, detach: queue.attach(presenter) });
        return;
      }
      case 'detach':
        attached.splice(one.index % Math.max(1, attached.length), 1)[0]?.detach();
    }
  };

  const check = () => {
    const open = asked.filter((entry) => entry.outcome === null);
    const ids = new Set(queue.list().map((one) => one.id));
    // No ticket is lost: it has its outcome, or its question is still open.
    for (const entry of open) expect(ids).toContain(entry.ticket.approval.id);
    expect(open.length).toBeLessThanOrEqual(limits.inAll);
    const ofDevice = open.filter((entry) => entry.caller === 'device');
    expect(ofDevice.length).toBeLessThanOrEqual(limits.perCaller);
    // Also in the queue, where nobody has seen it yet.
    for (const entry of open) expect(entry.deadlineMs).toBeGreaterThan(clock.now());
    if (silenced !== null) expect(open.map((entry) => entry.agent)).not.toContain(silenced);
    for (const agent of agents) {
      expect(open.filter((entry) => entry.agent === agent).length).toBeLessThanOrEqual(
        limits.perAgent,
      );
    }
    for (const { presenter } of attached) {
      if (presenter.mode === 'one-at-a-time')
        expect(presenter.open.size).toBe(Math.min(1, ids.size));
      else expect(new Set(presenter.open.keys())).toEqual(ids);
      for (const shown of presenter.open.values()) expect(shown).toEqual(queue.get(shown.id));
    }
  };

  return {
    clock,
    queue,
    asked,
    async step(one: Step) {
      allowed = denied = silenced = null;
      perform(one);
      await settle();
      check();
    },
    settle,
  };
}

it('never loses a request, never lets one through without its own accepted answer, and shows what is open', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const run = createRun();
      for (const one of [{ do: 'attach' as const, mode: 'one-at-a-time' as const }, ...steps])
        await run.step(one);
      run.queue.close();
      await run.settle();
      expect(run.asked.filter((entry) => entry.outcome === null)).toHaveLength(0);
      expect(run.queue.list()).toHaveLength(0);
      expect(run.clock.waiting).toBe(0);
    }),
    { numRuns: 400 },
  );
});
