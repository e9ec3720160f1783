import { describe, expect, it } from 'vitest';
import { agentKey, createPolicyResolver, unusablePolicy } from '#core/policy/resolve.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

describe('resolving a policy', () => {
  it('D5: an empty document means allowlist, ask on a miss, deny when nobody answers', () => {
    expect(createPolicyResolver(doc())(null)).toEqual({
      agentId: 'main',
      security: 'allowlist',
      ask: 'on-miss',
      askFallback: 'deny',
      autoAllowSkills: false,
      rules: [],
    });
  });

  it.each([
    [null, 'main'],
    ['', 'main'],
    ['  ', 'main'],
    [' ops ', 'ops'],
    ['default', 'main'],
    ['Main', 'Main'],
  ])('finds agent %j under the key %j', (agentId, key) => {
    expect(agentKey(agentId)).toBe(key);
  });

  it('D5, S16: an unusable store denies, asks nobody and says why', () => {
    expect(unusablePolicy(' ops ', 'broken')).toEqual({
      agentId: 'ops',
      security: 'deny',
      ask: 'off',
      askFallback: 'deny',
      autoAllowSkills: false,
      rules: [],
      problem: 'broken',
    });
  });

  it('takes the rules of all agents first, trims patterns and drops blank and inert ones', () => {
    const document = doc({
      agents: {
        main: {
          allowlist: [
            {
              id: '2',
              pattern: ' /bin/b ',
              argPattern: 'x',
              cwd: '/w',
              expiresAt: 5,
              contentSha256: null,
            },
            { id: '3', pattern: '  ' },
            { id: '4', pattern: '/bin/c', source: 'allow-always' },
          ],
        },
        '*': { allowlist: [{ id: '1', pattern: '/bin/a' }] },
      },
    });
    expect(createPolicyResolver(document)('main').rules).toEqual([
      {
        id: '1',
        owner: '*',
        pattern: '/bin/a',
        argPattern: null,
        cwd: null,
        expiresAt: null,
        contentSha256: null,
      },
      {
        id: '2',
        owner: 'main',
        pattern: '/bin/b',
        argPattern: 'x',
        cwd: '/w',
        expiresAt: 5,
        contentSha256: null,
      },
    ]);
  });

  it('gives an agent that calls itself * the rules of all agents once', () => {
    const document = doc({ agents: { '*': { allowlist: [{ id: '1', pattern: '/bin/a' }] } } });
    expect(createPolicyResolver(document)('*').rules).toHaveLength(1);
  });

  it('hands out the same rule list again, also to agents the document does not name', () => {
    const resolve = createPolicyResolver(
      doc({ agents: { '*': { allowlist: [{ id: '1', pattern: '/bin/a' }] }, ops: {} } }),
    );
    expect(resolve('ops').rules).toBe(resolve('ops').rules);
    expect(resolve('x').rules).toBe(resolve('y').rules);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'finds no settings for an agent called %s that the document does not name',
    (agentId) => {
      const resolve = createPolicyResolver(doc({ agents: {} }));
      expect(resolve(agentId)).toMatchObject({ agentId, security: 'allowlist', rules: [] });
      expect(resolve(agentId).rules).toBe(resolve('nobody').rules);
    },
  );
});
