import { describe, expect, it } from 'vitest';
import type { History, HistoryRows } from '#host/audit/history-types.ts';
import { historyPageSchema, historySummarySchema } from '#ipc/history.ts';
import { historyHandlers } from '#main/handlers/history.ts';
import { auditRowOf } from '#support/shown-state.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const query = { filter: {}, before: null, limit: 10 };

function bench(rows: HistoryRows['rows'] = []) {
  const clock = createVirtualClock();
  const signals: AbortSignal[] = [];
  let answer: 'at once' | 'when stopped' = 'at once';
  const wait = async (signal?: AbortSignal): Promise<void> => {
    if (signal) signals.push(signal);
    if (answer === 'at once') return;
    await new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  };
  const history: Pick<History, 'search' | 'summary'> = {
    async search(_, signal) {
      await wait(signal);
      return { rows, next: 7, mark: 9 };
    },
    async summary(_, signal) {
      await wait(signal);
      const counts = { allowed: 1, denied: 0, expired: 0, cancelled: 0, invalid: 0, change: 2 };
      return { total: 3, changes: 2, days: [{ day: '2026-11-21', counts }], agents: ['a"b', ''] };
    },
  };
  const handlers = historyHandlers({ history, clock });
  return {
    clock,
    signals,
    page: async () => handlers['history.page'](query, 'settings'),
    summary: async () => handlers['history.summary']({}, 'settings'),
    hang: () => {
      answer = 'when stopped';
    },
    goOn: () => {
      answer = 'at once';
    },
  };
}

const factsOf = (page: { rows: { facts: { label: string; text: string }[] }[] }) =>
  Object.fromEntries((page.rows[0]?.facts ?? []).map(({ label, text }) => [label, text]));

describe('a page of the history', () => {
  it('tells what a person did with the companion from a decision about a command', async () => {
    const deed = { commandText: 'Everything paused', outcome: 'denied' } as const;
    const { page } = bench([
      auditRowOf({ ...deed, transport: 'companion' }),
      auditRowOf({ ...deed, transport: 'exec-socket' }),
    ]);
    expect((await page()).rows.map(({ outcome }) => outcome)).toEqual(['change', 'denied']);
  });

  it('has rows whose every text is safe to show, with who decided and all that is known', async () => {
    const { page } = bench([
      auditRowOf({
        commandText: 'echo \u202Ehi\nls',
        agentId: 'ma"in',
        sessionKey: 'agent:\u202E',
        cwd: '/a\nb',
        ruleId: 'r1 r2',
        latencyMs: 340,
        runMs: 61_000,
        timedOut: true,
      }),
    ]);
    const shown = await page();
    expect(historyPageSchema.parse(shown)).toEqual(shown);
    expect(JSON.stringify(shown)).not.toContain('\u202E');
    expect(shown).toMatchObject({
      next: 7,
      mark: 9,
      rows: [
        {
          command: 'echo \\u{202E}hi↵\nls',
          agent: { text: 'ma\\"in', claimed: true },
          reason: 'Allowed by a rule. a rule allows it',
        },
      ],
    });
    expect(factsOf(shown)).toMatchObject({
      In: '/a\\u{A}b',
      Session: '"agent:\\u{202E}" (claimed)',
      Rules: 'r1, r2',
      'Decided after': '340 ms',
      'Ran for': '2 min, then stopped at its time limit',
      Number: '1',
    });
  });

  it('names what changed after it was allowed once, and not again as an error (AP-11)', async () => {
    const error = 'Nothing ran. The rules changed after you allowed this; ask again to run it.';
    const row = auditRowOf({ outcome: 'denied', decidedBy: 'policy', surface: 'window', error });
    const { page } = bench([{ ...row, reason: 'approval-stale' }]);
    const shown = await page();
    expect(shown.rows[0]?.reason).toBe(`${error} It had been allowed in the window.`);
    expect(factsOf(shown)).toMatchObject({ 'Reason as recorded': 'approval-stale' });
    expect(factsOf(shown)).not.toHaveProperty('Error');
    const failed = await bench([auditRowOf({ error: 'exit 2' })]).page();
    expect(factsOf(failed)).toMatchObject({ Error: 'exit 2' });
  });

  it('shows an agent without a name as what it is, and leaves out what is not known', async () => {
    const { page } = bench([auditRowOf({ agentId: null, runMs: null, exitCode: null })]);
    const shown = await page();
    expect(shown.rows[0]?.agent).toEqual({ text: 'unnamed', claimed: false });
    expect(Object.keys(factsOf(shown))).not.toContain('Exit code');
    expect(Object.keys(factsOf(shown))).not.toContain('Ran for');
  });

  it('cuts what is too long for a page, says so, and names where all of it is', async () => {
    const { page } = bench([
      auditRowOf({ commandText: `${'x'.repeat(3_999)}😀${'y'.repeat(9_000)}` }),
    ]);
    const shown = await page();
    expect(shown.rows[0]?.command).toBe(`${'x'.repeat(3_999)}…`);
    expect(factsOf(shown).Length).toContain('openclaw-mac audit');
  });
});

describe('one question at a time', () => {
  it('a newer one takes the place of the one that runs; the other kind goes on', async () => {
    const { page, summary, hang, goOn, signals, clock } = bench();
    hang();
    const first = page();
    const other = summary();
    goOn();
    await page();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(signals[1]?.aborted).toBe(false);
    await summary();
    await expect(other).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(clock.waiting).toBe(0);
  });

  it('ends after ten seconds with what to do', async () => {
    const { summary, hang, clock } = bench();
    hang();
    const late = summary();
    clock.advance(9_999);
    clock.advance(1);
    await expect(late).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('Narrow the search'),
    });
    expect(clock.waiting).toBe(0);
  });

  it('tells names of agents twice: as they are, and as they may be shown', async () => {
    const shown = await bench().summary();
    expect(historySummarySchema.parse(shown)).toEqual(shown);
    expect(shown.agents).toEqual([
      { name: 'a"b', shown: 'a\\"b' },
      { name: '', shown: '' },
    ]);
  });
});
