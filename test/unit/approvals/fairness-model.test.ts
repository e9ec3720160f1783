import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PendingApproval } from '#core/approvals/types.ts';
import { createFakePresenter, queueBench } from '#support/approvals.ts';

const agents = ['a', 'b', 'c', 'd'] as const;
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      agent: fc.constantFrom(...agents),
      timeoutMs: fc.constantFrom(null, 400, 2_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), index: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('advance' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const agentOf = ({ subject }: PendingApproval) => subject.agentId ?? '';
const numberOf = ({ subject }: PendingApproval) => Number(subject.commandText);

/** What went wrong: the queue survives a surface that throws, so it is collected. */
function play(steps: readonly Step[]): readonly string[] {
  const wrong: string[] = [];
  const { queue, ask, decide, clock } = queueBench();
  const window = createFakePresenter('one-at-a-time');
  const lastShown = new Map<string, number>();
  /** `b a`: how often a was shown while b had something waiting without a break. */
  const overtaken = new Map<string, number>();
  const gone: AbortController[] = [];

  const waitingAgents = () =>
    new Set(
      queue
        .list()
        .filter((one) => !window.open.has(one.id))
        .map(agentOf),
    );
  const forgetIdle = () => {
    const waiting = waitingAgents();
    for (const key of overtaken.keys()) {
      if (!waiting.has(key.slice(0, 1))) overtaken.delete(key);
    }
  };
  queue.attach({
    ...window,
    present(approval, count) {
      window.present(approval, count);
      const agent = agentOf(approval);
      if (numberOf(approval) <= (lastShown.get(agent) ?? -1)) wrong.push(`${agent} out of order`);
      lastShown.set(agent, numberOf(approval));
      forgetIdle();
      for (const other of agents) overtaken.delete(`${agent} ${other}`);
      for (const other of waitingAgents()) {
        if (other === agent) continue;
        const times = (overtaken.get(`${other} ${agent}`) ?? 0) + 1;
        if (times > 1) wrong.push(`${agent} again before ${other}`);
        overtaken.set(`${other} ${agent}`, times);
      }
    },
  });

  for (const [number, one] of steps.entries()) {
    switch (one.do) {
      case 'ask': {
        const caller = new AbortController();
        gone.push(caller);
        ask({ agent: one.agent, command: `${number}`, timeoutMs: one.timeoutMs }, caller.signal);
        break;
      }
      case 'answer':
        for (const id of window.open.keys()) decide(id, 'deny');
        break;
      case 'leave':
        gone[one.index]?.abort();
        break;
      case 'advance':
        clock.advance(200);
    }
    forgetIdle();
  }
  return wrong;
}

it('D15: shows each agent’s questions in their order, and nobody twice while another waits', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      expect(play(steps)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
