import { describe, expect, it } from 'vitest';
import { nameRules, withRules } from '#core/policy/granted-rules.ts';
import { createPolicyResolver } from '#core/policy/resolve.ts';
import type { ProposedRule } from '#core/policy/types.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

const rule: ProposedRule = {
  pattern: '/bin/a',
  argPattern: 'sha256:x',
  cwd: '/w',
  expiresAt: null,
  contentSha256: null,
  sentence: '',
};
const listed = (entry: object) =>
  doc({ agents: { main: { allowlist: [{ id: 'i', pattern: '/bin/a', ...entry }] } } });
const same = { argPattern: 'sha256:x', cwd: '/w' };

describe('storing what a person granted (exec-ipc §5.7)', () => {
  it('creates the agent and writes whole numbers and no empty members', () => {
    expect(withRules(doc(), ' ', [{ id: 'i', rule }], 7).agents).toEqual({
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

  it.each<[string, object, Partial<ProposedRule>, object]>([
    ['without an end', { expiresAt: 1 }, {}, {}],
    ['with another end', { expiresAt: 1 }, { expiresAt: 9 }, { expiresAt: 9 }],
  ])('renews an expired rule %s, and keeps its id and notes', (_what, entry, facts, expected) => {
    const before = listed({ ...same, ...entry, note: 'n' });
    const wanted = { ...rule, ...facts };
    const named = nameRules(before, 'main', [wanted], () => 'new');
    const after = withRules(before, 'main', named, 7);
    const [renewed, ...others] = after.agents?.main?.allowlist ?? [];
    expect(others).toEqual([]);
    expect(renewed).toEqual({
      id: 'i',
      note: 'n',
      pattern: '/bin/a',
      ...same,
      ...expected,
      source: 'allow-always',
      createdAt: 7,
      lastUsedAt: 7,
    });
  });

  it.each<[string, object]>([
    ['any arguments', { cwd: '/w' }],
    ['other arguments', { ...same, argPattern: 'sha256:y' }],
    ['another folder', { ...same, cwd: '/v' }],
    ['any folder', { argPattern: 'sha256:x' }],
    ['a script of one content', { ...same, contentSha256: 'c' }],
  ])('leaves the rule for %s alone', (_what, entry) => {
    const before = listed(entry);
    const named = nameRules(before, 'main', [rule], () => 'new');
    const after = withRules(before, 'main', named, 7);
    expect(after.agents?.main?.allowlist?.map(({ id }) => id)).toEqual(['i', 'new']);
    expect(after.agents?.main?.allowlist?.[0]).toEqual(before.agents?.main?.allowlist?.[0]);
  });

  it('gives rules that are the same one id, and different ones different ids', () => {
    let count = 0;
    const other = { ...rule, pattern: '/bin/b' };
    const named = nameRules(listed(same), 'main', [rule, other, rule], () => `new-${++count}`);
    expect(named.map(({ id }) => id)).toEqual(['i', 'new-1']);
  });

  it('makes a rule for any arguments alive, also where an inert one lies (exec-ipc §5.2)', () => {
    const wanted = { ...rule, argPattern: null };
    for (const before of [doc(), listed({ cwd: '/w', source: 'allow-always' })]) {
      const named = nameRules(before, 'main', [wanted], () => 'i');
      const policy = createPolicyResolver(withRules(before, 'main', named, 7))('main');
      expect(policy.rules).toMatchObject([{ id: 'i', argPattern: null, cwd: '/w' }]);
    }
  });

  it('stores a rule for an agent called __proto__ as a member of its own', () => {
    const after = withRules(doc(), '__proto__', [{ id: 'i', rule }], 7);
    expect(createPolicyResolver(after)('__proto__').rules).toHaveLength(1);
    expect(createPolicyResolver(after)('main').rules).toHaveLength(0);
  });
});
