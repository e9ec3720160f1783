import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedView, restoreClosed } from '#core/policy/closed-view.ts';
import {
  changePolicy,
  findRule,
  holdPolicy,
  takeOverEdit,
  withRule,
  withUses,
} from '#core/policy/held-policy.ts';
import { createPolicyResolver } from '#core/policy/resolve.ts';
import { describeWidening } from '#core/policy/widening.ts';
import { anyDocument } from '#support/policy-arbitraries.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

const rule = { pattern: '/bin/a', argPattern: 'sha256:x', cwd: '/w', sentence: '' };

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
    const made = { id: 'new', atMs: 5 };
    const next = changePolicy(takeOverEdit(held, edited), (now) =>
      withRule(now, 'main', rule, made),
    );
    expect(next.onDisk.agents?.main).toMatchObject({ security: 'full' });
    expect(findRule(next.onDisk, 'main', rule)?.id).toBe('new');
    expect(findRule(next.inForce, 'main', rule)?.id).toBe('new');
    expect(createPolicyResolver(next.inForce)('main').security).toBe('allowlist');
    expect(next.onDisk.socket?.token).toBe('secret');
  });
});

describe('storing a rule', () => {
  it('creates the agent and writes whole numbers', () => {
    expect(withRule(doc(), ' ', rule, { id: 'i', atMs: 7 }).agents).toEqual({
      main: {
        allowlist: [
          {
            id: 'i',
            pattern: '/bin/a',
            argPattern: 'sha256:x',
            cwd: '/w',
            source: 'allow-always',
            createdAt: 7,
            lastUsedAt: 7,
          },
        ],
      },
    });
  });

  it('renews an expired rule instead of repeating it', () => {
    const before = doc({
      agents: {
        main: {
          allowlist: [
            {
              id: 'i',
              pattern: '/bin/a',
              argPattern: 'sha256:x',
              cwd: '/w',
              expiresAt: 1,
              note: 'n',
            },
          ],
        },
      },
    });
    const after = withRule(before, 'main', rule, { id: 'i', atMs: 7 });
    const [entry, ...others] = after.agents?.main?.allowlist ?? [];
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ id: 'i', note: 'n', createdAt: 7 });
    expect(entry).not.toHaveProperty('expiresAt');
  });

  it('stores a rule for an agent called __proto__ as a member of its own', () => {
    const after = withRule(doc(), '__proto__', rule, { id: 'i', atMs: 7 });
    expect(createPolicyResolver(after)('__proto__').rules).toHaveLength(1);
    expect(createPolicyResolver(after)('main').rules).toHaveLength(0);
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
