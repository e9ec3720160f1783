import { describe, expect, it } from 'vitest';
import type { ApprovalAnswer, PendingApproval } from '#core/approvals/types.ts';
import { createFakePresenter, person, queueBench } from '#support/approvals.ts';
import { terminalBench } from '#support/terminal.ts';

/** The answer of a person who read exactly this. */
const answerTo = (read: PendingApproval): ApprovalAnswer => ({
  id: read.id,
  decision: 'allow-once',
  by: person,
  displayDigest: read.displayDigest,
});

describe('S24: an answer applies to what was read, or to nothing', () => {
  it('a click made for a question that is gone does not reach the one in its place', async () => {
    const { queue, ask } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const leaves = new AbortController();
    const harmless = ask({ command: 'ls' }, leaves.signal);
    const harmful = ask({ command: 'rm -rf /' });
    leaves.abort();
    expect([...window.open.keys()]).toEqual([harmful.approval.id]);
    expect(queue.answer(answerTo(harmless.approval))).toBe('unknown');
    expect(queue.get(harmful.approval.id)).not.toBeNull();
  });

  it('the text of one question does not answer another, even with its id', () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const harmless = ask({ command: 'ls' }).approval;
    const harmful = ask({ command: 'rm -rf /' }).approval;
    expect(queue.answer({ ...answerTo(harmless), id: harmful.id })).toBe('stale');
    expect(queue.answer({ ...answerTo(harmless), id: harmful.id, decision: 'deny' })).toBe('stale');
    expect(queue.list()).toHaveLength(2);
  });

  it('an id that is used again does not accept the answer to its first use', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const leaves = new AbortController();
    const first = ask({ id: 'same', command: 'ls' }, leaves.signal);
    leaves.abort();
    const second = ask({ id: 'same', command: 'rm -rf /' });
    expect(queue.answer(answerTo(first.approval))).toBe('stale');
    expect(queue.get('same')?.subject.commandText).toBe('rm -rf /');
    expect(second.approval.displayDigest).not.toBe(first.approval.displayDigest);
  });

  it('a request that arrives while a person reads is not part of the answer', async () => {
    const { queue, ask } = queueBench();
    const window = createFakePresenter('one-at-a-time');
    queue.attach(window);
    const read = ask();
    const late = ask();
    queue.answer(answerTo(read.approval));
    expect((await read.outcome).kind).toBe('allowed');
    expect(queue.get(late.approval.id)).not.toBeNull();
  });

  it('a request that joins after the text was sent out makes the answer stale', () => {
    const { queue, ask } = queueBench();
    const list = createFakePresenter('all');
    queue.attach(list);
    const read = ask().approval;
    ask();
    expect(queue.answer(answerTo(read))).toBe('stale');
    const now = list.open.get(read.id);
    expect(now?.count).toBe(2);
    expect(now && queue.answer(answerTo(now))).toBe('accepted');
  });

  it('a wire that cannot name the text may still deny, but not allow what changed since', async () => {
    const { queue, ask } = queueBench();
    queue.attach(createFakePresenter('all'));
    const read = ask();
    ask();
    const blind = { ...answerTo(read.approval), displayDigest: null };
    expect(queue.answer(blind)).toBe('stale');
    expect(queue.answer({ ...blind, decision: 'deny' })).toBe('accepted');
    expect((await read.outcome).kind).toBe('denied');
  });

  it('an Enter on the terminal answers the question on the screen, never its successor', async () => {
    const { terminal, ask, arm, press, queue, decide } = terminalBench();
    terminal.start();
    const first = ask({ command: 'ls' });
    ask({ command: 'rm -rf /' });
    arm();
    await press('a');
    decide(first.approval.id, 'deny');
    await press('\r');
    expect(queue.list().map((one) => one.subject.commandText)).toEqual(['rm -rf /']);
  });
});
