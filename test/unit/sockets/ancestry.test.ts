import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDescendantCheck } from '#host/sockets/ancestry.ts';
import { type ProcessFacts, parseProcStat } from '#host/sockets/process-table.ts';

const ownPid = 100;

function process(parent: number, facts: Partial<ProcessFacts> = {}): ProcessFacts {
  return { parent, group: 50, session: 50, startedAt: 1_000, ...facts };
}

function check(table: Record<number, ProcessFacts>, groups: number[] = []) {
  return createDescendantCheck({
    ownPid,
    runningGroups: () => new Set(groups),
    lookup: (pid) => Promise.resolve(table[pid] ?? null),
  });
}

describe('descent of a process (D12)', () => {
  test.each<[string, Record<number, ProcessFacts>, number[], string]>([
    ['a shell of the user', { 7: process(6), 6: process(1) }, [], 'outside'],
    ['a process whose parent is outside the namespace', { 7: process(0) }, [], 'outside'],
    ['our child', { 7: process(ownPid) }, [], 'descendant'],
    ['our grandchild', { 7: process(6), 6: process(ownPid) }, [], 'descendant'],
    ['a command itself', { 7: process(1) }, [7], 'descendant'],
    ['a child of a command', { 7: process(6), 6: process(1) }, [6], 'descendant'],
    ['an orphan in the group of a command', { 7: process(1, { group: 9 }) }, [9], 'descendant'],
    ['an orphan in the session of a command', { 7: process(1, { session: 9 }) }, [9], 'descendant'],
    [
      'a child of such an orphan',
      { 7: process(6), 6: process(1, { session: 9 }) },
      [9],
      'descendant',
    ],
    ['a process that has gone', {}, [], 'unknown'],
    ['a process whose parent has gone', { 7: process(6) }, [], 'unknown'],
    [
      'a parent younger than its child',
      { 7: process(6), 6: process(1, { startedAt: 2_000 }) },
      [],
      'unknown',
    ],
    [
      'a parent that looks like us but is younger is still us',
      { 7: process(ownPid) },
      [],
      'descendant',
    ],
    ['a circle', { 7: process(6), 6: process(7) }, [], 'unknown'],
  ])('%s', async (_name, table, groups, expected) => {
    expect(await check(table, groups)(7)).toBe(expected);
  });

  test('we ourselves are outside; an unknown pid is not', async () => {
    expect(await check({})(ownPid)).toBe('outside');
    expect(await check({})(null)).toBe('unknown');
  });

  test('looks a second time when a parent ends in between', async () => {
    const table: Record<number, ProcessFacts> = { 7: process(6) };
    const descent = createDescendantCheck({
      ownPid,
      runningGroups: () => new Set(),
      lookup(pid) {
        const facts = table[pid] ?? null;
        if (pid === 6) table[7] = process(1);
        return Promise.resolve(facts);
      },
    });
    expect(await descent(7)).toBe('outside');
  });
});

describe('parseProcStat', () => {
  const tail = `S 6 9 8 0 -1 4194304 ${'0 '.repeat(12)}4242 0 0`;

  test('counts fields from the end of the name, whatever the name is', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(parseProcStat(`7 (${name}) ${tail}`)).toEqual({
          parent: 6,
          group: 9,
          session: 8,
          startedAt: 4242,
        });
      }),
    );
  });

  test('never throws, and gives numbers or null', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const facts = parseProcStat(text);
        if (facts) expect(Object.values(facts).every(Number.isSafeInteger)).toBe(true);
      }),
    );
    expect(parseProcStat('')).toBe(null);
    expect(parseProcStat(`7 (x) ${tail.slice(0, 20)}`)).toBe(null);
  });
});
