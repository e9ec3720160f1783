import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedView, restoreClosed } from '#core/policy/closed-view.ts';
import {
  changePolicy,
  freshDocument,
  holdPolicy,
  resumePolicy,
  takeOverEdit,
  withUses,
} from '#core/policy/held-policy.ts';
import { createPolicyResolver } from '#core/policy/resolve.ts';
import { describeWidening } from '#core/policy/widening.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { anyDocument } from '#support/policy-arbitraries.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

describe('an edit from outside (S17)', () => {
  const held = holdPolicy(
    doc({
      socket: { path: '/s', token: 'secret' },
      agents: {
        main: {
          allowlist: [
            { id: '1', pattern: '/bin/a' },
            { id: '2', pattern: '/bin/b' },
          ],
        },
      },
    }),
  );

  it('is in force at once when it only narrows', () => {
    const edited = doc({ defaults: { security: 'deny' } });
    const next = takeOverEdit(held, edited);
    expect(next.unconfirmed).toEqual([]);
    expect(next.inForce).toEqual({ ...edited, socket: { path: '/s', token: 'secret' } });
  });

  it('is in force only where it narrows when it also widens', () => {
    const edited = doc({
      agents: { main: { security: 'full', allowlist: [{ id: '2', pattern: '/bin/b' }] } },
    });
    const next = takeOverEdit(held, edited);
    expect(next.unconfirmed).toEqual(['Agent "main": security goes from allowlist to full.']);
    expect(next.onDisk).toBe(edited);
    const policy = createPolicyResolver(next.inForce)('main');
    expect(policy.security).toBe('allowlist');
    expect(policy.rules.map(({ pattern }) => pattern)).toEqual(['/bin/b']);
    expect(next.inForce.socket?.token).toBe('secret');
  });

  it('never changes the token in force', () => {
    const next = takeOverEdit(held, doc({ socket: { path: '/s', token: 'planted' } }));
    expect(next.inForce.socket?.token).toBe('secret');
    expect(next.unconfirmed).toContain('The socket token changes.');
  });

  it('only ever narrows when repeated', () => {
    fc.assert(
      fc.property(anyDocument, fc.array(anyDocument, { maxLength: 4 }), (first, edits) => {
        let now = holdPolicy(first);
        for (const edit of edits) {
          const next = takeOverEdit(now, edit);
          expect(describeWidening(now.inForce, next.inForce)).toEqual([]);
          now = next;
        }
      }),
    );
  });

  it('keeps the edit on disk while a person’s new rule is stored', () => {
    const edited = doc({ agents: { main: { security: 'full' } } });
    const add = (now: ApprovalsDocument): ApprovalsDocument => {
      const list = [...(now.agents?.main?.allowlist ?? []), { id: 'new', pattern: '/bin/c' }];
      return { ...now, agents: { main: { ...now.agents?.main, allowlist: list } } };
    };
    const next = changePolicy(takeOverEdit(held, edited), add);
    expect(next.onDisk.agents?.main).toMatchObject({ security: 'full' });
    expect(createPolicyResolver(next.inForce)('main')).toMatchObject({
      security: 'allowlist',
      rules: [{ id: 'new' }],
    });
    expect(next.unconfirmed).not.toEqual([]);
    expect(next.onDisk.socket?.token).toBe('secret');
  });

  it('is settled by our own change that leaves nothing of it', () => {
    const edited = doc({ agents: { main: { security: 'full' } } });
    const next = changePolicy(takeOverEdit(held, edited), () => doc({ agents: { ops: {} } }));
    expect(next.unconfirmed).toEqual([]);
    expect(next.inForce).toEqual(next.onDisk);
  });

  it('chooses the socket only where there is none yet', () => {
    const edited = doc({ socket: { path: '/s', token: 'found' } });
    expect(takeOverEdit(holdPolicy(doc()), edited)).toEqual(holdPolicy(edited));
  });
});

describe('what holds at start (S17)', () => {
  it('is the narrower of what was in force and what is found', () => {
    fc.assert(
      fc.property(fc.option(anyDocument), anyDocument, (before, found) => {
        const { inForce } = resumePolicy(before, found);
        expect(describeWidening(before ?? freshDocument, inForce)).toEqual([]);
        expect(describeWidening(found, inForce)).toEqual([]);
      }),
    );
  });

  it('is the same at every start until somebody edits again', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, (before, found) => {
        const first = resumePolicy(before, found);
        const again = resumePolicy(first.inForce, found);
        expect(describeWidening(first.inForce, again.inForce)).toEqual([]);
        expect(describeWidening(again.inForce, first.inForce)).toEqual([]);
      }),
    );
  });
});

describe('noting uses', () => {
  it('touches the rule by id, in every list, and nothing else', () => {
    const entry = { id: '1', pattern: '/bin/a' };
    const before = doc({
      agents: { '*': { allowlist: [entry, { id: '2', pattern: '/bin/b' }] }, ops: { ask: 'off' } },
    });
    const uses = new Map([['1', { atMs: 9, resolvedPath: '/bin/a' }]]);
    expect(withUses(before, uses).agents).toEqual({
      '*': {
        allowlist: [
          { ...entry, lastUsedAt: 9, lastResolvedPath: '/bin/a' },
          { id: '2', pattern: '/bin/b' },
        ],
      },
      ops: { ask: 'off' },
    });
  });
});

describe('a round trip through a closed-schema peer (exec-ipc §4.1)', () => {
  const current = doc({
    extra: 1,
    agents: {
      main: {
        mcpTools: ['t'],
        allowlist: [{ id: '1', pattern: '/bin/a', argPattern: 'x', cwd: '/w', expiresAt: 5 }],
      },
    },
  });

  it('loses nothing', () => {
    expect(restoreClosed(current, closedView(current))).toEqual(current);
  });

  it('does not undo what the peer changed', () => {
    const edited = doc({
      agents: { main: { ask: 'always', allowlist: [{ id: '1', pattern: '/bin/b' }] }, ops: {} },
    });
    expect(restoreClosed(current, edited).agents).toEqual({
      main: { ask: 'always', mcpTools: ['t'], allowlist: [{ id: '1', pattern: '/bin/b' }] },
      ops: {},
    });
    expect(restoreClosed(current, doc()).agents).toBeUndefined();
  });

  it('leaves a document alone that knows more than the closed schema', () => {
    const edited = doc({
      agents: {
        main: {
          allowlist: [
            { id: '1', pattern: '/bin/a' },
            { pattern: '/bin/c', cwd: '/w' },
          ],
        },
      },
    });
    expect(restoreClosed(current, edited)).toBe(edited);
  });
});
