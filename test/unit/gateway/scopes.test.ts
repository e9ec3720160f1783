import { describe, expect, test } from 'vitest';
import { authorize } from '#core/gateway/scopes.ts';

const operator = (...scopes: string[]) => ({
  role: 'operator' as const,
  scopes: new Set(scopes.map((scope) => `operator.${scope}`)),
});
const node = { role: 'node' as const, scopes: new Set(['operator.admin']) };

describe('methods per role and scope', () => {
  test.each([
    ['health', operator('read'), null],
    ['health', operator('write'), null],
    ['node.invoke', operator('read'), 'missing scope: operator.write'],
    ['node.invoke', operator('write'), null],
    ['exec.approval.request', operator('write'), 'missing scope: operator.approvals'],
    ['exec.approval.list', operator('approvals'), null],
    ['exec.approval.get', operator('approvals'), null],
    ['exec.approval.waitDecision', operator('approvals'), null],
    ['exec.approval.waitDecision', operator('read'), 'missing scope: operator.approvals'],
    ['exec.approvals.get', operator('approvals'), 'missing scope: operator.admin'],
    ['node.rename', operator('write'), 'missing scope: operator.pairing'],
    ['device.token.rotate', operator('pairing'), null],
    ['node.pair.remove', operator('pairing'), null],
    ['node.pair.remove', operator('write'), 'missing scope: operator.pairing'],
    ['node.pair.remove', node, 'unauthorized role: node'],
    [
      'config.get',
      operator('read', 'write', 'approvals', 'pairing'),
      'missing scope: operator.admin',
    ],
    ['not.there', operator('write'), 'missing scope: operator.admin'],
    ['not.there', operator('admin'), null],
    ['health', operator(), 'missing scope: operator.read'],
    ['skills.bins', operator('admin'), 'unauthorized role: operator'],
    ['node.event', operator('admin'), 'unauthorized role: operator'],
    ['skills.bins', node, null],
    ['node.invoke.result', node, null],
    ['health', node, 'unauthorized role: node'],
    ['node.invoke', node, 'unauthorized role: node'],
    ['constructor', operator('read'), 'missing scope: operator.admin'],
  ])('%s', (method, session, refusal) => {
    expect(authorize(method, session)).toBe(refusal);
  });

  test('a newer node host reaches "unknown method" with its inventory calls, an operator does not', () => {
    expect(authorize('node.skills.update', node)).toBeNull();
    expect(authorize('node.skills.update', operator('write'))).toBe(
      'missing scope: operator.admin',
    );
  });
});
