import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ruleIds,
  withEntry,
  withExpiry,
  withoutEntries,
  withSettings,
} from '#core/policy/edits.ts';
import { withUses } from '#core/policy/held-policy.ts';
import { isPlainUndo, undoEdit } from '#core/policy/undo.ts';
import { policyWrite } from '#host/policy/policy-edit.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { fakeHasher } from '#support/fakes.ts';
import { anyDocument } from '#support/policy-arbitraries.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';
import { cheapestMs } from '#support/timing.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

type Edit = (document: ApprovalsDocument) => ApprovalsDocument;

const agent = fc.constantFrom('*', 'main', 'ops', 'new');
const id = fc.constantFrom('a', 'b', 'c');
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.array(id, { minLength: 1 }).map(
    (ruleIds): Edit =>
      (before) =>
        withoutEntries(before, { kind: 'remove', ruleIds }),
  ),
  fc.tuple(id, fc.constantFrom(null, 100, 300)).map(
    ([ruleId, expiresAt]): Edit =>
      (before) =>
        withExpiry(before, { kind: 'expire', ruleId, expiresAt }),
  ),
  fc.tuple(agent, fc.constantFrom('/bin/a', '/bin/new')).map(
    ([key, pattern]): Edit =>
      (before) =>
        withEntry(before, key, { id: 'fresh', pattern, source: 'settings' }),
  ),
  fc
    .tuple(
      id,
      fc.record(
        {
          agentId: agent,
          pattern: fc.constantFrom('/bin/a', '/bin/new'),
          args: fc.constantFrom({ kind: 'any' as const }, { kind: 'regex' as const, regex: 'x$' }),
          cwd: fc.constantFrom(null, '/x', '/new'),
          expiresAt: fc.constantFrom(null, 2_000_000_000_000),
        },
        { requiredKeys: [] },
      ),
    )
    .map(
      ([ruleId, facts]): Edit =>
        (before) =>
          replace(before, ruleId, facts),
    ),
  fc
    .tuple(
      fc.option(agent),
      fc.constantFrom('deny' as const, 'full' as const, null),
      fc.option(fc.boolean()),
    )
    .map(
      ([agentId, security, autoAllowSkills]): Edit =>
        (before) =>
          withSettings(before, { kind: 'set', agentId, settings: { security, autoAllowSkills } }),
    ),
);

type Facts = Omit<Extract<PolicyEdit, { kind: 'replace' }>, 'kind' | 'ruleId'>;

/** As the companion writes it; the document itself where it refuses. */
function replace(before: ApprovalsDocument, ruleId: string, facts: Facts): ApprovalsDocument {
  const ids = { uuid: () => 'fresh', token: () => '' };
  const deps = { clock: createVirtualClock(), ids, hasher: fakeHasher, home: '/home/me' };
  const edit = { kind: 'replace', ruleId, ...facts } as const;
  try {
    return policyWrite(edit, before, 'settings', deps).write?.(before) ?? before;
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
    return before;
  }
}

/** Without what only tells of uses; no agents at all are as good as none. */
function meaning(document: ApprovalsDocument): unknown {
  const { agents = {}, ...rest } = structuredClone(document);
  for (const { allowlist = [] } of Object.values(agents)) {
    for (const entry of allowlist) {
      delete entry.lastUsedAt;
      delete entry.lastResolvedPath;
    }
  }
  return { ...rest, agents };
}

const use = { atMs: 7, resolvedPath: '/real' };
const used = (document: ApprovalsDocument): ApprovalsDocument =>
  withUses(document, new Map(['a', 'b', 'fresh'].map((ruleId) => [ruleId, use])));

const a = { id: 'a', pattern: '/bin/a' };
const b = { id: 'b', pattern: '/bin/b', lastUsedAt: 1 };
const c = { id: 'c', pattern: '/bin/c' };
const document = doc({ agents: { main: { ask: 'always', allowlist: [a, b, c] } } });
const remove =
  (...ruleIds: string[]): Edit =>
  (before) =>
    withoutEntries(before, { kind: 'remove', ruleIds });
const main = ({ agents }: ApprovalsDocument) => agents?.main?.allowlist;

/** Of several rules with one id, nobody can say which one an edit took. */
function isToldApart({ agents = {} }: ApprovalsDocument): boolean {
  return Object.values(agents).every(({ allowlist = [] }) => {
    return new Set(allowlist.map(({ id }) => id)).size === allowlist.length;
  });
}

describe('taking an edit back', () => {
  it('gives the document as it was, whatever the edit was and however rules were used since', () => {
    fc.assert(
      fc.property(anyDocument.filter(isToldApart), anyEdit, (before, edit) => {
        const after = edit(before);
        const undone = undoEdit(before, after)(used(after));
        expect(meaning(undone)).toEqual(meaning(before));
      }),
      { numRuns: 500 },
    );
  });

  it('brings back the second of two rules that a file gave one id', () => {
    const twice = doc({ agents: { main: { allowlist: [a, a] } } });
    const once = doc({ agents: { main: { allowlist: [a] } } });
    expect(main(undoEdit(twice, once)(once))).toEqual([a, a]);
  });

  it('is plain for every document that nobody else changed', () => {
    fc.assert(
      fc.property(anyDocument, anyEdit, (before, edit) => {
        const after = edit(before);
        const now = used(after);
        const undone = undoEdit(before, after)(now);
        expect(isPlainUndo({ before, after }, { before: now, after: undone })).toBe(true);
      }),
    );
  });

  it('keeps what other people changed since', () => {
    const added = { id: 'd', pattern: '/bin/d' };
    const now = withEntry(remove('b')(document), 'main', added);
    expect(main(undoEdit(document, remove('b')(document))(now))).toEqual([a, b, c, added]);
  });

  it('puts a rule behind its old neighbour, or as near as it gets', () => {
    const undo = undoEdit(document, remove('b', 'c')(document));
    const moved = doc({ agents: { main: { allowlist: [{ id: 'x', pattern: 'x' }, a] } } });
    expect(main(undo(moved))?.map((entry) => entry.id)).toEqual(['x', 'a', 'b', 'c']);
    const other = doc({ agents: { main: { allowlist: [{ id: 'x', pattern: 'x' }] } } });
    expect(main(undo(other))?.map((entry) => entry.id)).toEqual(['x', 'b', 'c']);
    expect(undo(doc({})).agents).toEqual({ main: { allowlist: [b, c] } });
  });

  it('brings no rule back a second time, and nothing that somebody changed since', () => {
    const undo = undoEdit(document, remove('b')(document));
    expect(undo(document)).toBe(document);
    const wider = doc({ agents: { main: { allowlist: [a, { id: 'b', pattern: '/**' }, c] } } });
    expect(undo(wider)).toBe(wider);

    const shorter = withExpiry(document, { kind: 'expire', ruleId: 'a', expiresAt: 100 });
    const shortest = withExpiry(document, { kind: 'expire', ruleId: 'a', expiresAt: 50 });
    expect(undoEdit(document, shorter)(shortest)).toBe(shortest);

    const stricter = withSettings(document, {
      kind: 'set',
      agentId: null,
      settings: { security: 'allowlist' },
    });
    const strictest = withSettings(stricter, {
      kind: 'set',
      agentId: null,
      settings: { security: 'deny' },
    });
    expect(undoEdit(document, stricter)(strictest)).toBe(strictest);
  });

  it('brings the rule back that another one took the place of, there and with its history', () => {
    for (const facts of [{ pattern: '/bin/z' }, { agentId: 'ops' }, { cwd: '/w', agentId: '*' }]) {
      const after = replace(document, 'b', facts);
      expect(after).not.toEqual(document);
      expect(undoEdit(document, after)(after)).toEqual(document);
    }
  });

  it('brings every rule back that had the id of the one that was edited', () => {
    const other = { id: 'a', pattern: '/bin/z' };
    const before = doc({ agents: { main: { allowlist: [a, b, other] } } });
    for (const facts of [{ expiresAt: 2_000_000_000_000 }, { pattern: '/bin/y' }]) {
      const after = replace(before, 'a', facts);
      expect(main(after)).toHaveLength(2);
      expect(undoEdit(before, after)(after)).toEqual(before);
    }
  });

  it('never leaves two rules of one that was replaced: as a whole or not at all', () => {
    for (const facts of [{ pattern: '/bin/z' }, { agentId: 'ops' }]) {
      const after = replace(document, 'b', facts);
      const [made = ''] = ruleIds(after).filter((ruleId) => !['a', 'c'].includes(ruleId));
      const undo = undoEdit(document, after);
      const gone = withoutEntries(after, { kind: 'remove', ruleIds: [made] });
      expect(undo(gone)).toBe(gone);
      const shorter = withExpiry(after, { kind: 'expire', ruleId: made, expiresAt: 5 });
      expect(undo(shorter)).toBe(shorter);
      expect(undo(used(after))).not.toEqual(used(after));
    }
  });

  it('keeps members that this version does not know', () => {
    const odd = { ...document, later: 1, defaults: { more: 2 } } as unknown as ApprovalsDocument;
    const after = withSettings(remove('a')(odd), {
      kind: 'set',
      agentId: null,
      settings: { ask: 'off' },
    });
    expect(undoEdit(odd, after)(after)).toEqual(odd);
  });

  it('S17: is not plain when something looser would show through where a stricter setting goes', () => {
    const before = doc({ agents: { main: { allowlist: [a] } } });
    const after = withSettings(before, {
      kind: 'set',
      agentId: 'main',
      settings: { security: 'deny' },
    });
    const now = withSettings(after, { kind: 'set', agentId: null, settings: { security: 'full' } });
    const undone = undoEdit(before, after)(now);
    expect(undone.agents?.main?.security).toBeUndefined();
    expect(isPlainUndo({ before, after }, { before: now, after: undone })).toBe(false);
  });

  it('costs no more than its size', () => {
    const allowlist = Array.from({ length: 5_000 }, (_, n) => ({ id: `${n}`, pattern: `/b/${n}` }));
    const before = doc({ agents: { main: { allowlist } } });
    const after = remove(...allowlist.slice(0, 4_000).map((entry) => entry.id))(before);
    expect(undoEdit(before, after)(after)).toEqual(before);
    expect(cheapestMs(() => void undoEdit(before, after)(after))).toBeLessThan(500);
  });
});
