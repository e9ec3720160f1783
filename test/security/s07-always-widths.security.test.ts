import { describe, expect, it } from 'vitest';
import type { AlwaysScope, AlwaysSelection, ApprovalAsk } from '#core/approvals/types.ts';
import { createAttackBench } from '#support/attack-bench.ts';
import { allowAlways } from '#support/exec-host.ts';

/** Somebody always answers "always", with the widest rule that is offered. */
const widest = ({ subject: { offers = [] } }: ApprovalAsk): AlwaysSelection => ({
  scopes: offers.map(({ choices }) => choices.at(-1)?.scope ?? null),
  lasts: 'until-removed',
  everyAgent: true,
});

function scene(programs: readonly string[]) {
  const bench = createAttackBench(programs, () => []);
  return {
    ...bench,
    async grantWidest(argv: readonly string[]) {
      bench.desk.answerWith((ask) =>
        ask.offered.includes('allow-always')
          ? { ...allowAlways, grant: widest(ask) }
          : { kind: 'expired' },
      );
      await bench.attack(argv);
      bench.desk.answerWith(() => ({ kind: 'expired' }));
      return bench.desk.asked.at(-1);
    },
  };
}

describe('S7, D8: the widest answer "always"', () => {
  it.each([
    'sh',
    'zsh',
    'env',
    'busybox',
    'node',
    'python3.12',
    'osascript',
    'ssh',
    'sudo',
    'xargs',
  ])('is worth nothing for %s: nothing is offered, and the question says why', async (name) => {
    const { grantWidest, store } = scene([name]);
    const ask = await grantWidest([name, '-c', 'id']);
    expect(ask?.subject.offers).toBeUndefined();
    expect(ask?.subject.onceBecause).toMatch(/runs what its arguments|shell/);
    expect(store.rules).toEqual([]);
  });

  it.each([
    ['git', ['log'], ['-c', 'core.pager=id', 'log']],
    ['tar', ['-tf', 'a.tar'], ['-xf', 'a.tar', '--to-command=sh']],
    ['rsync', ['a', 'b'], ['-e', 'sh', 'a', 'b']],
    ['sort', ['a'], ['--compress-program=sh', 'a']],
  ] as const)(
    'for %s does not cover arguments that run another program',
    async (name, args, evil) => {
      const { grantWidest, attack, store } = scene([name]);
      await grantWidest([name, ...args]);
      expect(store.rules).toHaveLength(1);
      expect(await attack([name, ...args])).toMatchObject({ asked: false });
      expect(await attack([name, ...evil])).toMatchObject({ asked: true });
      expect(await attack([name, 'other'])).toMatchObject({ asked: true });
    },
  );

  it('on a shell text speaks of its programs, never of the shell', async () => {
    const { grantWidest, attack, store } = scene([]);
    await grantWidest(['/bin/sh', '-lc', 'uname -s && id -u']);
    expect(store.rules).toMatchObject([
      { pattern: '/usr/bin/uname', argPattern: null },
      { pattern: '/usr/bin/id', argPattern: null },
    ]);
    expect(await attack(['/bin/sh', '-lc', 'id -g; uname'])).toMatchObject({ asked: false });
    for (const text of ['whoami', 'uname; whoami', 'uname $(id)', 'id > file']) {
      expect(await attack(['/bin/sh', '-lc', text]), text).toMatchObject({ asked: true });
    }
  });
});

describe('AP-12: an answer that does not fit what was offered', () => {
  it.each<[string, readonly (AlwaysScope | null)[]]>([
    ['a width that was not offered', ['any-arguments-here']],
    ['nothing ticked', [null]],
    ['more programs than there are', ['exact-here', 'exact-here']],
  ])('with %s runs nothing and stores nothing', async (_, scopes) => {
    const bench = createAttackBench(['git'], () => []);
    const grant = { scopes, lasts: 'today', everyAgent: false } as const;
    bench.desk.answerWith(() => ({ ...allowAlways, grant }));
    expect(await bench.attack(['git', 'log'])).toMatchObject({
      ran: false,
      reason: 'approval-cancelled',
    });
    expect(bench.store.rules).toEqual([]);
  });
});
