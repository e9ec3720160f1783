import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AuditEntry } from '#core/ports.ts';
import { openAuditLog } from '#host/audit/audit-log.ts';
import { createHistory } from '#host/audit/history.ts';
import type { History, HistoryFilter, HistoryRow } from '#host/audit/history-types.ts';
import { auditEntry } from '#support/audit.ts';
import { busyEntry, fillAudit } from '#support/audit-history.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';

const minute = 60_000;
const rows = 100_000;
/** Local noon: the days of the chart are those of this computer. */
const now = new Date(2026, 10, 21, 12).getTime();

function openOn(path: string) {
  const audit = openAuditLog({ path, log: createFakeLogger() });
  return { audit, history: createHistory({ audit, now: () => now }) };
}

function bench(entries: readonly AuditEntry[] = []) {
  const opened = openOn(join(tempDir(), 'state', 'audit.sqlite'));
  onTestFinished(() => opened.audit.close());
  for (const entry of entries) opened.audit.record(entry);
  return opened;
}

/** Every row the filter finds, page by page. */
async function all(history: History, filter: HistoryFilter, limit = 7): Promise<HistoryRow[]> {
  const found: HistoryRow[] = [];
  let before: number | null = null;
  do {
    const page = await history.search({ filter, before, limit });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    found.push(...page.rows);
    before = page.next;
  } while (before !== null);
  return found;
}

describe('with 100 000 rows', () => {
  let folder: string;
  let opened: ReturnType<typeof openOn>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'history-'));
    const path = join(folder, 'state', 'audit.sqlite');
    fillAudit(path, rows, (index) => busyEntry(index, now - rows * minute));
    opened = openOn(path);
  });
  afterAll(() => {
    opened.audit.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** This thread's own, in ms: other programs on the machine do not count. */
  const worked = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };

  /** The longest work in one go, while which nobody else has a turn. */
  async function longestTurn(work: () => Promise<unknown>): Promise<number> {
    let longest = 0;
    let isDone = false;
    let began = worked();
    const look = (): void => {
      longest = Math.max(longest, worked() - began);
      began = worked();
    };
    const watching = (async () => {
      while (!isDone) {
        await nextTurn();
        look();
      }
    })();
    await work();
    look();
    isDone = true;
    await watching;
    return longest;
  }

  const worst: readonly (readonly [string, HistoryFilter])[] = [
    ['a text that is nowhere', { text: 'no such text' }],
    ['a text that is nowhere, in letters that SQL does not fold', { text: 'größer' }],
    ['an agent that is nowhere', { agent: 'nobody' }],
    ['outcomes that are rare', { outcomes: ['cancelled', 'invalid'] }],
    ['somebody who never decided', { decidedBy: 'grant', outcomes: ['allowed'] }],
    ['the oldest hour', { untilMs: now - rows * minute + 60 * minute }],
    ['everything', {}],
  ];

  it.each(worst)('looking for %s leaves the others their turn', async (_, filter) => {
    const { history } = opened;
    const page = () => history.search({ filter, before: null, limit: 100 });
    expect(await longestTurn(page)).toBeLessThan(50);
    expect(await longestTurn(() => history.summary(filter))).toBeLessThan(50);
  });

  it('the newest page touches little, and so does the one behind a cursor', async () => {
    const { history } = opened;
    const first = await history.search({ filter: {}, before: null, limit: 100 });
    expect(first.rows.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 100 }, (_, index) => rows - index),
    );
    expect(first).toMatchObject({ next: rows - 99, mark: rows });
    const second = await history.search({ filter: {}, before: first.next, limit: 2 });
    expect(second.rows.map(({ seq }) => seq)).toEqual([rows - 100, rows - 101]);
  });

  it('finds the few among the many, and counts them', async () => {
    const filter = { outcomes: ['expired', 'cancelled'] } as const;
    const found = await all(opened.history, filter, 50);
    expect(found).toHaveLength(rows / 1_000);
    expect(await opened.history.summary(filter)).toMatchObject({ total: rows / 1_000 });
  });

  it('a second summary looks only at what came since', async () => {
    const { audit } = opened;
    let pieces = 0;
    // The same object each time, as the real one is.
    const database = {
      prepare: (sql: string) => ({
        get: () => audit.read((real) => real.prepare(sql).get()),
        all(...values: (string | number)[]) {
          pieces += 1;
          return audit.read((real) => real.prepare(sql).all(...values));
        },
      }),
    } as unknown as DatabaseSync;
    const history = createHistory({ audit: { read: (use) => use(database) }, now: () => now });
    const filter = { text: 'PART-77 ' };
    expect((await history.summary(filter)).total).toBe(100);
    expect(pieces).toBeGreaterThan(rows / 128);
    pieces = 0;
    audit.record(auditEntry({ commandText: 'build part-77 again', atMs: now }));
    const again = await history.summary(filter);
    expect(again.total).toBe(101);
    expect(again.days.at(-1)).toMatchObject({ day: '2026-11-21', counts: { allowed: 1 } });
    // The new row, and the names of agents.
    expect(pieces).toBe(2);
  });

  it('counts the uses of every rule once, and then only the new ones', () => {
    const { audit, history } = opened;
    const uses = history.usesOfRules();
    const naive = new Map<string, number>();
    for (let index = 0; index < rows; index += 1) {
      const { ruleId, outcome } = busyEntry(index, 0);
      if (outcome !== 'allowed') continue;
      for (const id of (ruleId ?? '').split(' ')) naive.set(id, (naive.get(id) ?? 0) + 1);
    }
    expect(uses).toEqual(naive);
    audit.record(auditEntry({ decidedBy: 'rule', ruleId: 'rule-1 rule-new' }));
    audit.record(auditEntry({ decidedBy: 'policy', ruleId: 'rule-1', outcome: 'denied' }));
    audit.record(auditEntry({ ruleId: null }));
    const later = history.usesOfRules();
    expect(later.get('rule-1')).toBe((naive.get('rule-1') ?? 0) + 1);
    expect(later.get('rule-new')).toBe(1);
  });

  it('counting the uses of rules is quick', () => {
    const fresh = createHistory({ audit: opened.audit, now: () => now });
    const began = worked();
    fresh.usesOfRules();
    expect(worked() - began).toBeLessThan(30);
  });
});

describe('what is found', () => {
  const texts = [
    'git push',
    'GIT PULL',
    'a_b',
    'a%b',
    'a\\b',
    'Größe',
    'GRÖSSE',
    'ÄB äb',
    '',
    'naïve 日本',
  ];
  const text = fc.constantFrom(...texts);
  const entry = fc
    .record({
      atMs: fc.integer({ min: 0, max: 40 }).map((steps) => now - steps * 6 * 60 * minute),
      commandText: text,
      executable: fc.option(text),
      cwd: fc.option(text),
      reason: text,
      agentId: fc.constantFrom(null, '', 'main', 'Main', 'other'),
      outcome: fc.constantFrom('allowed', 'denied', 'expired', 'cancelled', 'invalid'),
      decidedBy: fc.constantFrom('rule', 'person', 'timeout'),
      transport: fc.constantFrom('exec-socket', 'companion'),
    })
    .map((over) => auditEntry(over as Partial<AuditEntry>));
  const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
  const filter: fc.Arbitrary<HistoryFilter> = fc.record({
    text: maybe(
      fc.oneof(
        text,
        fc.constantFrom('push', 'PUSH', '_', '%', '\\', 'a_', 'ö', 'Ö', 'ÄB', 'SS', '本', '\0'),
      ),
    ),
    agent: maybe(fc.constantFrom('', 'main', 'nobody')),
    outcomes: maybe(
      fc.subarray(['allowed', 'denied', 'expired', 'cancelled', 'invalid'] as const, {
        minLength: 1,
      }),
    ),
    decidedBy: maybe(fc.constantFrom('rule', 'person', 'grant')),
    sinceMs: maybe(fc.integer({ min: 0, max: 40 }).map((steps) => now - steps * 6 * 60 * minute)),
    untilMs: maybe(fc.integer({ min: 0, max: 40 }).map((steps) => now - steps * 6 * 60 * minute)),
  });

  /** Else it is a change to the companion itself. */
  const isDecision = ({ transport }: AuditEntry): boolean => transport !== 'companion';

  function isMeant(row: AuditEntry, wanted: HistoryFilter): boolean {
    const { text, agent, outcomes, decidedBy, sinceMs, untilMs } = wanted;
    const searched = [row.commandText, row.executable, row.cwd, row.reason];
    const low = (text ?? '').toLowerCase();
    return (
      (!text || searched.some((one) => one?.toLowerCase().includes(low))) &&
      (agent === undefined || (row.agentId ?? '') === agent) &&
      (outcomes === undefined || (isDecision(row) && outcomes.includes(row.outcome))) &&
      (decidedBy === undefined || row.decidedBy === decidedBy) &&
      (sinceMs === undefined || row.atMs >= sinceMs) &&
      (untilMs === undefined || row.atMs < untilMs)
    );
  }

  const localDay = (ms: number): string => new Date(ms).toLocaleDateString('sv');

  it('is what a plain look at every row finds, newest first, page by page, and so are the counts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 30 }), filter, async (entries, wanted) => {
        const { audit, history } = openOn(join(tempDir(), 'state', 'audit.sqlite'));
        try {
          for (const one of entries) audit.record(one);
          const naive = entries
            .map((one, index) => ({ ...one, seq: index + 1 }))
            .filter((one) => isMeant(one, wanted))
            .toReversed();
          expect(await all(history, wanted)).toEqual(naive);
          const { total, changes, days } = await history.summary(wanted);
          expect(total).toBe(naive.length);
          expect(changes).toBe(naive.filter((one) => !isDecision(one)).length);
          const charted = naive.filter(({ atMs }) =>
            days.some(({ day }) => day === localDay(atMs)),
          );
          for (const { day, counts } of days) {
            const those = charted.filter(({ atMs }) => localDay(atMs) === day);
            for (const [kind, count] of Object.entries(counts)) {
              const kindOf = (one: AuditEntry) => (isDecision(one) ? one.outcome : 'change');
              expect(those.filter((one) => kindOf(one) === kind)).toHaveLength(count);
            }
          }
          // All of them are from the last eleven days.
          expect(charted).toHaveLength(naive.length);
        } finally {
          audit.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is no change to the companion where an outcome is sought; nothing counts one as decided', async () => {
    const deed = { transport: 'companion', atMs: now } as const;
    const { history } = bench([
      auditEntry({ atMs: now }),
      auditEntry({ ...deed, outcome: 'denied' }),
      auditEntry({ ...deed, outcome: 'cancelled' }),
      auditEntry({ ...deed, outcome: 'allowed' }),
    ]);
    const outcomes = ['allowed', 'denied', 'expired', 'cancelled'] as const;
    expect((await all(history, { outcomes })).map(({ seq }) => seq)).toEqual([1]);
    expect(await all(history, {})).toHaveLength(4);
    const { total, changes, days } = await history.summary({});
    expect({ total, changes }).toEqual({ total: 4, changes: 3 });
    expect(days.at(-1)?.counts).toMatchObject({ allowed: 1, denied: 0, cancelled: 0, change: 3 });
  });

  it('can be asked for what is newer than a mark', async () => {
    const { audit, history } = bench([auditEntry(), auditEntry()]);
    const { mark } = await history.search({ filter: {}, before: null, limit: 10 });
    expect(mark).toBe(2);
    audit.record(auditEntry({ outcome: 'denied' }));
    audit.record(auditEntry());
    const newer = (filter: HistoryFilter) =>
      history.search({ filter, before: null, after: mark, limit: 10 });
    expect((await newer({})).rows.map(({ seq }) => seq)).toEqual([4, 3]);
    expect((await newer({ outcomes: ['denied'] })).rows.map(({ seq }) => seq)).toEqual([3]);
  });

  it('has a mark that rises with every row, and stays when the file cannot be read', () => {
    const { audit, history } = bench();
    expect(history.mark()).toBe(0);
    audit.record(auditEntry());
    expect(history.mark()).toBe(1);
    audit.record(auditEntry());
    expect(history.mark()).toBe(2);
    audit.close();
    expect(history.mark()).toBe(2);
  });

  it('ends with the reason of who says stop, and with STATE when it cannot be read', async () => {
    const { audit, history } = bench([auditEntry()]);
    const stopped = AbortSignal.abort(new Error('something newer'));
    await expect(history.summary({}, stopped)).rejects.toThrow('something newer');
    const query = { filter: {}, before: null, limit: 1 };
    await expect(history.search(query, stopped)).rejects.toThrow('something newer');
    audit.close();
    await expect(history.search(query)).rejects.toMatchObject({ code: 'STATE' });
    await expect(history.summary({})).rejects.toMatchObject({ code: 'STATE' });
  });

  it('the chart has the last thirty local days within the filter, and the names of agents', async () => {
    const dayMs = 24 * 60 * minute;
    const { history } = bench([
      auditEntry({ atMs: now - 90 * dayMs, agentId: 'rare' }),
      auditEntry({ atMs: now, agentId: null }),
      auditEntry({ atMs: now, agentId: '' }),
      ...Array.from({ length: 3 }, () => auditEntry({ atMs: now, agentId: 'often' })),
    ]);
    const { total, days, agents } = await history.summary({});
    expect({ total, first: days[0]?.day, last: days.at(-1)?.day, length: days.length }).toEqual({
      total: 6,
      first: '2026-10-23',
      last: '2026-11-21',
      length: 30,
    });
    expect(agents).toEqual(['often', '', 'rare']);
    const old = await history.summary({ sinceMs: now - 91 * dayMs, untilMs: now - 89 * dayMs });
    expect(old.days.map(({ day, counts }) => [day, counts.allowed])).toEqual([
      [localDay(now - 91 * dayMs), 0],
      [localDay(now - 90 * dayMs), 1],
      [localDay(now - 89 * dayMs), 0],
    ]);
  });
});
