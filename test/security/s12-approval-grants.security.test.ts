import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GrantFacts } from '#core/ports.ts';
import { createApprovalGrants, grantTtlMs, type NewGrant } from '#host/gateway/approval-grants.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const grant: NewGrant = {
  approvalId: 'a',
  outcome: {
    kind: 'allowed',
    decision: 'allow-once',
    by: { surface: 'gateway-operator', who: 'ui' },
  },
  digests: new Set(['uname -a', 'sh -c "uname -a"']),
  always: null,
  cwd: '/tmp',
  agentId: 'main',
  sessionKey: 'agent:main:main',
  nodeId: 'mac',
};

const facts: GrantFacts = {
  digest: 'uname -a',
  cwd: '/tmp',
  agentId: 'main',
  sessionKey: 'agent:main:main',
  nodeId: 'mac',
  envKeys: [],
};

function held(...grants: NewGrant[]) {
  const clock = createVirtualClock();
  const book = createApprovalGrants({ clock });
  for (const one of grants) book.add(one);
  return { clock, book };
}

test('S12: a grant lets exactly one matching run through, and says who allowed it', () => {
  const { book } = held(grant);
  expect(book.consume(facts)).toEqual({
    approvalId: 'a',
    decision: 'allow-once',
    outcome: grant.outcome,
    always: null,
  });
  expect(book.consume(facts)).toBeNull();
});

test.each<[string, Partial<GrantFacts>]>([
  ['environment overrides', { envKeys: ['X'] }],
  ['another plan', { digest: 'uname -a; id' }],
  ['another folder', { cwd: '/' }],
  ['no folder', { cwd: null }],
  ['another agent', { agentId: 'other' }],
  ['another session', { sessionKey: 'agent:main:other' }],
  ['another node', { nodeId: 'linux' }],
  ['an unknown node', { nodeId: null }],
])('S12: a grant does not fit a run with %s, and stays for the right one', (_what, change) => {
  const { book } = held(grant);
  expect(book.consume({ ...facts, ...change })).toBeNull();
  expect(book.consume(facts)).not.toBeNull();
});

test('S12: an approval of a text counts once, whichever of its plans comes first', () => {
  const { book } = held(grant);
  expect(book.consume({ ...facts, digest: 'sh -c "uname -a"' })).not.toBeNull();
  expect(book.consume(facts)).toBeNull();
});

test('S12: a grant without a node (FEB callers name none) fits one run on any node', () => {
  const { book } = held({ ...grant, nodeId: null });
  expect(book.consume({ ...facts, nodeId: 'linux' })).not.toBeNull();
  expect(book.consume(facts)).toBeNull();
});

test('S12: a grant is gone after two minutes', () => {
  const { clock, book } = held(grant);
  clock.advance(grantTtlMs);
  expect(book.consume(facts)).toBeNull();
});

test('S12: two equal grants are two runs, oldest first', () => {
  const { book } = held(grant, { ...grant, approvalId: 'b' });
  expect(book.consume(facts)?.approvalId).toBe('a');
  expect(book.consume(facts)?.approvalId).toBe('b');
  expect(book.consume(facts)).toBeNull();
});

test('S12: grants are bounded in number, the oldest goes first', () => {
  const { book } = held();
  for (let i = 0; i < 300; i += 1) book.add({ ...grant, approvalId: String(i) });
  let left = 0;
  for (let one = book.consume(facts); one !== null; one = book.consume(facts)) left += 1;
  expect(left).toBe(256);
});

test('S12: whatever differs, nothing but the exact facts is let through', async () => {
  const text = fc.constantFrom('x', 'y', '');
  const maybe = fc.option(text, { nil: null });
  const shape = fc.record({ text, cwd: maybe, agentId: maybe, sessionKey: maybe, nodeId: maybe });
  await fc.assert(
    fc.property(shape, shape, (given, asked) => {
      const { text, ...bound } = given;
      const { book } = held({ ...grant, ...bound, digests: new Set([text]) });
      const { text: digest, ...rest } = asked;
      const found = book.consume({ ...facts, ...rest, digest }) !== null;
      const same =
        given.text === asked.text &&
        given.cwd === asked.cwd &&
        given.agentId === asked.agentId &&
        given.sessionKey === asked.sessionKey &&
        (given.nodeId === null || given.nodeId === asked.nodeId);
      expect(found).toBe(same);
    }),
  );
});
