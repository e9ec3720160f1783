import { describe, expect, it } from 'vitest';
import type { AlwaysSelection, ApprovalOutcome } from '#core/approvals/types.ts';
import { endOfLocalDay } from '#host/exec/end-of-day.ts';
import { allowAlways, createExecBench } from '#support/exec-host.ts';
import { openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const always = (over: Partial<AlwaysSelection> = {}): ApprovalOutcome => ({
  kind: 'allowed',
  decision: 'allow-always',
  by: { surface: 'window', who: null },
  grant: { scopes: ['exact-here'], lasts: 'until-removed', everyAgent: false, ...over },
});

/** One answer, then nobody any more. */
function scene() {
  const clock = createVirtualClock();
  const bench = createExecBench({ deps: { clock } });
  const here = tempDir();
  return {
    ...bench,
    clock,
    here,
    async answered(outcome: ApprovalOutcome, argv: readonly [string, ...string[]], cwd = here) {
      bench.desk.answerWith(() => outcome);
      const result = await bench.run({ argv, cwd, agentId: 'ops' });
      bench.desk.answerWith(() => ({ kind: 'expired' }));
      return result.ok;
    },
    isAllowed: async (argv: readonly [string, ...string[]], cwd = here, agentId = 'ops') =>
      (await bench.run({ argv, cwd, agentId })).ok,
  };
}

const shell = (text: string) => ['/bin/sh', '-c', text] as const;

describe('AP-12: "always" with a selection', () => {
  it('stores what was chosen and uses it the next time', async () => {
    const { answered, isAllowed, desk, store, rows } = scene();
    expect(await answered(always({ scopes: ['any-arguments-here'] }), ['uname', '-s'])).toBe(true);
    expect(store.rules).toMatchObject([{ owner: 'ops', argPattern: null }]);
    expect(await isAllowed(['uname', '-m'])).toBe(true);
    expect(await isAllowed(['uname', '-s'], tempDir())).toBe(false);
    expect(desk.asked).toHaveLength(2);
    expect(rows[1]).toMatchObject({ decidedBy: 'rule', ruleId: 'rule-1' });
  });

  it('in any folder holds in any folder, for exactly these arguments', async () => {
    const { answered, isAllowed } = scene();
    await answered(always({ scopes: ['exact-anywhere'] }), ['uname', '-s']);
    expect(await isAllowed(['uname', '-s'], tempDir())).toBe(true);
    expect(await isAllowed(['uname', '-m'])).toBe(false);
  });

  it('stores only what was ticked, and runs once either way', async () => {
    const { answered, isAllowed, store } = scene();
    const text = shell('uname -s && id -u && uname -m');
    const scopes = ['exact-here', null, 'exact-here'] as const;
    expect(await answered(always({ scopes }), text)).toBe(true);
    expect(store.rules).toHaveLength(2);
    expect(await isAllowed(text)).toBe(false);
    expect(await isAllowed(shell('uname -m; uname -s'))).toBe(true);
    expect(await isAllowed(['id', '-u'])).toBe(false);
    expect(store.rules).toHaveLength(2);
  });

  it('asks only for the rest the next time', async () => {
    const { answered, desk } = scene();
    const text = shell('uname -s && id -u');
    await answered(always({ scopes: ['exact-here', null] }), text);
    await answered(always({ scopes: ['exact-here'] }), text);
    expect(desk.asked[1]?.subject.offers?.map(({ command }) => command)).toEqual(['id -u']);
    expect(await answered({ kind: 'expired' }, text)).toBe(true);
    expect(desk.asked).toHaveLength(2);
  });

  it('asks again when its time is over', async () => {
    const { answered, isAllowed, clock, desk } = scene();
    await answered(always({ lasts: '15-minutes' }), ['uname', '-s']);
    clock.advance(15 * 60_000 - 1);
    expect(await isAllowed(['uname', '-s'])).toBe(true);
    clock.advance(1);
    expect(await isAllowed(['uname', '-s'])).toBe(false);
    expect(desk.asked.at(-1)?.subject.why).toContain('has expired');
  });

  it('until the end of the local day', async () => {
    const { answered, store, clock } = scene();
    await answered(always({ lasts: 'today' }), ['uname', '-s']);
    expect(store.rules).toMatchObject([{ expiresAt: endOfLocalDay(clock.now()) }]);
  });

  it('for every agent goes to the list of all', async () => {
    const { answered, store } = scene();
    await answered(always({ everyAgent: true }), ['uname', '-s']);
    expect(store.rules).toMatchObject([{ owner: '*' }]);
  });

  it('without a selection stores the narrowest for everything, for good (terminal, CLI)', async () => {
    const { answered, store, here } = scene();
    await answered(allowAlways, shell('uname -s; id -u'));
    const narrow = { owner: 'ops', cwd: here, expiresAt: null };
    expect(store.rules).toMatchObject([narrow, narrow]);
  });

  it('is written down with the sentences that were stored (AP-16)', async () => {
    const { answered, rows, here } = scene();
    const scopes = ['exact-anywhere', null] as const;
    await answered(always({ scopes, everyAgent: true }), shell('uname -s; id -u'));
    expect(rows[0]).toMatchObject({ decision: 'allow-always', ruleId: 'rule-1', exitCode: 0 });
    expect(rows[0]?.reason).toMatch(
      /Stored for every agent: \/usr\/bin\/uname with exactly: -s, in any folder\. \(without an end\)$/,
    );
    expect(rows[0]?.reason).not.toContain(here);
  });

  it('stores nothing that the policy of the moment would not use', async () => {
    const { run, desk, store, here } = scene();
    desk.answerWith(() => {
      store.edit({ ask: 'always' });
      return always();
    });
    expect(await run({ argv: ['uname', '-s'], cwd: here })).toMatchObject({ ok: true });
    expect(store.rules).toEqual([]);
  });
});

describe('AP-12: what was stored, in the document', () => {
  it.each([
    ['for every agent, asks nobody again', true, { asked: 1, list: '*' }],
    ['for one agent, asks for the others', false, { asked: 2, list: 'ops' }],
  ])('%s, until its time is over', async (_, everyAgent, { asked, list }) => {
    const clock = createVirtualClock();
    const { store, document } = await openTestStore({ clock });
    const { run, desk } = createExecBench({ deps: { clock, store } });
    const here = tempDir();
    const scopes = ['any-arguments-here'] as const;
    desk.answerWith(() => always({ scopes, lasts: '30-days', everyAgent }));
    await run({ argv: ['uname', '-s'], cwd: here, agentId: 'ops' });
    const expiresAt = clock.now() + 30 * 24 * 3_600_000;
    const entry = { pattern: '/usr/bin/uname', cwd: here, expiresAt };
    expect(document().agents?.[list]?.allowlist).toMatchObject([entry]);
    desk.answerWith(() => ({ kind: 'expired' }));
    const again = (agentId: string) => run({ argv: ['uname', '-m'], cwd: here, agentId });
    expect(await again('ops')).toMatchObject({ ok: true });
    expect(await again('main')).toMatchObject({ ok: everyAgent });
    expect(desk.asked).toHaveLength(asked);
    clock.advance(expiresAt - clock.now());
    expect(await again('ops')).toMatchObject({ ok: false });
  });
});

describe('endOfLocalDay', () => {
  it('is the next local midnight, also at midnight itself', () => {
    const noon = new Date(2026, 10, 21, 12, 30).getTime();
    const midnight = new Date(2026, 10, 22).getTime();
    expect(endOfLocalDay(noon)).toBe(midnight);
    expect(endOfLocalDay(midnight - 1)).toBe(midnight);
    expect(endOfLocalDay(midnight)).toBe(new Date(2026, 10, 23).getTime());
  });
});
