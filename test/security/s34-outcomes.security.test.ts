import { describe, expect, it } from 'vitest';
import type { ApprovalOutcome, CancelReason } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import { createFakePresenter, person, queueBench } from '#support/approvals.ts';

type Bench = ReturnType<typeof queueBench>;

/** Every way a question ends that no person chose. */
const unchosen: readonly (readonly [string, (bench: Bench) => void, ApprovalOutcome])[] = [
  ['its time is over', ({ clock }) => clock.advance(15_000), { kind: 'expired' }],
  ['the companion stops', ({ queue }) => queue.close(), cancelled('shutdown')],
];

function cancelled(why: CancelReason): ApprovalOutcome {
  return { kind: 'cancelled', why };
}

describe('S34: only a person denies, and only a person allows', () => {
  it.each(unchosen)('when %s, that is what every side is told', async (_, end, expected) => {
    const bench = queueBench();
    const window = createFakePresenter('one-at-a-time');
    bench.queue.attach(window);
    const { outcome } = bench.ask();
    end(bench);
    expect(await outcome).toEqual(expected);
    expect(window.cleared.map((one) => one.outcome)).toEqual([expected]);
  });

  it('a window that closes, a caller that leaves and a missing window are told apart', async () => {
    const { queue, ask } = queueBench();
    const nobody = ask({ command: 'nobody' });
    const detach = queue.attach(createFakePresenter('one-at-a-time'));
    const gone = new AbortController();
    const left = ask({ command: 'left' }, gone.signal);
    const closed = ask({ command: 'closed' });
    gone.abort();
    detach();
    expect(await nobody.outcome).toEqual(cancelled('no-presenter'));
    expect(await left.outcome).toEqual(cancelled('caller-gone'));
    expect(await closed.outcome).toEqual(cancelled('presenter-gone'));
  });

  it('a window that breaks while it shows the question decides nothing', async () => {
    const { queue, ask, clock } = queueBench();
    const fail = () => {
      throw new Error('renderer crashed');
    };
    queue.attach({ surface: 'window', mode: 'one-at-a-time', present: fail, clear: fail });
    const { outcome } = ask();
    clock.advance(15_000);
    expect(await outcome).toEqual({ kind: 'expired' });
  });

  it('a pause denies what a person saw waiting; what comes later nobody denied', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval, outcome } = ask();
    const { id, displayDigest } = approval;
    queue.answer({ id, decision: 'deny', by: person, displayDigest, pauseAgentMs: 600_000 });
    expect(await outcome).toMatchObject({ kind: 'denied', by: person });
    expect(await ask().outcome).toEqual(cancelled('paused'));
  });

  it('a denial carries who denied; nothing else does', async () => {
    const { queue, ask, decide } = queueBench();
    queue.attach(createFakePresenter('all'));
    const { approval, outcome } = ask();
    decide(approval.id, 'deny');
    expect(await outcome).toEqual({ kind: 'denied', by: person, note: null });
  });

  it('every end has a sentence of its own, and only a denial says "Denied"', () => {
    const reasons: CancelReason[] = [
      'caller-gone',
      'presenter-gone',
      'no-presenter',
      'queue-full',
      'cooling-down',
      'paused',
      'unreadable',
      'shutdown',
    ];
    const outcomes: ApprovalOutcome[] = [
      { kind: 'allowed', decision: 'allow-once', by: person },
      { kind: 'allowed', decision: 'allow-always', by: person },
      { kind: 'denied', by: person, note: null },
      { kind: 'expired' },
      ...reasons.map(cancelled),
    ];
    const sentences = outcomes.map((outcome) => messages.outcome('exec', outcome));
    expect(new Set(sentences).size).toBe(outcomes.length);
    expect(sentences.filter((sentence) => sentence.includes('Denied'))).toHaveLength(1);
    expect(sentences.filter((sentence) => sentence.includes('Nothing ran.'))).toHaveLength(10);
  });
});
