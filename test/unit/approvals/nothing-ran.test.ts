import { describe, expect, it } from 'vitest';
import type { ApprovalPresenter, DecidedBy } from '#core/approvals/types.ts';
import { queueBench } from '#support/approvals.ts';

type Surface = DecidedBy['surface'];

/** A queue with a surface of each kind; `told` says which of them was told what. */
function bench() {
  const { queue, ask, log } = queueBench();
  const told: string[] = [];
  const attach = (surface: Surface, mode: ApprovalPresenter['mode'] = 'one-at-a-time') =>
    queue.attach({
      surface,
      mode,
      present: () => undefined,
      clear: () => undefined,
      nothingRan: (approval, why) => void told.push(`${surface} ${approval.id}: ${why}`),
    });
  const allow = (id: string, surface: Surface) => {
    const displayDigest = queue.get(id)?.displayDigest ?? '';
    queue.answer({ id, decision: 'allow-once', by: { surface, who: null }, displayDigest });
  };
  return { queue, ask, log, told, attach, allow };
}

describe('a question that was allowed and did not run (AP-11)', () => {
  it('is told where it was allowed, and only there', () => {
    const { ask, told, attach, allow } = bench();
    attach('window');
    attach('terminal');
    const ticket = ask();
    allow(ticket.approval.id, 'terminal');
    ticket.nothingRan('Nothing ran.');
    expect(told).toEqual([`terminal ${ticket.approval.id}: Nothing ran.`]);
  });

  it('is told once, however many identical requests it answered', () => {
    const { ask, told, attach, allow } = bench();
    attach('window', 'all');
    const tickets = [ask(), ask()];
    const [first] = tickets;
    allow(first?.approval.id ?? '', 'window');
    for (const ticket of tickets) ticket.nothingRan('Nothing ran.');
    expect(told).toHaveLength(1);
  });

  it('is told to nobody when nobody allowed it, and when whoever allowed it is gone', () => {
    const { queue, ask, told, attach, allow } = bench();
    const detach = attach('window');
    const denied = ask({ command: 'denied' });
    const by = { surface: 'window', who: null } as const;
    const { id, displayDigest } = denied.approval;
    queue.answer({ id, decision: 'deny', by, displayDigest });
    denied.nothingRan('Nothing ran.');
    const allowed = ask({ command: 'allowed' });
    allow(allowed.approval.id, 'window');
    detach();
    allowed.nothingRan('Nothing ran.');
    queue.close();
    ask({ command: 'refused' }).nothingRan('Nothing ran.');
    expect(told).toEqual([]);
  });

  it('a surface that throws stops nothing', () => {
    const { queue, ask, log, allow } = bench();
    queue.attach({
      surface: 'window',
      mode: 'one-at-a-time',
      present: () => undefined,
      clear: () => undefined,
      nothingRan: () => {
        throw new Error('gone');
      },
    });
    const ticket = ask();
    allow(ticket.approval.id, 'window');
    expect(() => ticket.nothingRan('Nothing ran.')).not.toThrow();
    expect(log.lines.map(({ event }) => event)).toContain('approval.presenter.failed');
  });
});
