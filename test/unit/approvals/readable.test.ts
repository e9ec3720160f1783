import { expect, test } from 'vitest';
import type { AlwaysOffer, ApprovalSubject } from '#core/approvals/types.ts';
import { createFakePresenter, queueBench } from '#support/approvals.ts';

const long = (chars: number) => 'x'.repeat(chars);

function offer(command: string, narrow: string, wide = ''): AlwaysOffer {
  const choice = { scope: 'exact-here', sentence: narrow } as const;
  return { command, choices: [choice, { scope: 'exact-anywhere', sentence: wide }] };
}

test.each<[string, Partial<ApprovalSubject>]>([
  ['command', { commandText: long(65_537) }],
  ['list of arguments', { argv: [long(40_000), long(40_000)] }],
  ['session', { sessionKey: long(20_000) }],
  ['folder', { cwd: `/${long(20_000)}` }],
  ['environment', { env: { A: long(10_000), B: long(10_000) } }],
  ['host', { host: long(20_000) }],
  ['list of rules', { always: [long(40_000), long(40_000)] }],
  ['list of offers', { offers: [offer('ls', long(65_536))] }],
  ['offer', { offers: [offer(long(65_536), long(65_530), long(100))] }],
  ['reason', { onceBecause: long(20_000) }],
])('S5, S26: nobody is asked to read an endless %s', async (_what, subject) => {
  const { queue, ask } = queueBench();
  const window = createFakePresenter('one-at-a-time');
  queue.attach(window);
  for (const kind of ['exec', 'socket-request', 'gateway-request', 'policy-change'] as const) {
    const { outcome } = ask({ kind, subject });
    expect(await outcome).toEqual({ kind: 'cancelled', why: 'unreadable' });
  }
  expect(window.shown).toEqual([]);
  expect(queue.list()).toEqual([]);
});

test('S5: what is long but can be read is asked in full', () => {
  const { queue, ask } = queueBench();
  queue.attach(createFakePresenter('one-at-a-time'));
  ask({ subject: { commandText: long(65_536), argv: [long(65_000)], cwd: `/${long(4_095)}` } });
  expect(queue.list()).toHaveLength(1);
});
