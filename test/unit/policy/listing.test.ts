import { describe, expect, it } from 'vitest';
import { anywherePattern, cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { listPolicy } from '#core/policy/listing.ts';
import { fakeHasher } from '#support/fakes.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

const document = doc({
  defaults: { ask: 'off' },
  agents: {
    main: {
      security: 'deny',
      allowlist: [
        { id: 'a', pattern: '/usr/bin/git', cwd: '/w', expiresAt: 10, lastUsedAt: 5 },
        { id: 'b', pattern: 'uname', source: 'allow-always' },
      ],
    },
    '*': { allowlist: [{ id: 'c', pattern: '/bin/*' }] },
  },
});

describe('listPolicy', () => {
  it('shows what holds after merging, every agent first', () => {
    const { defaults, agents } = listPolicy(document, null, 10, fakeHasher);
    expect(defaults).toMatchObject({ security: 'allowlist', ask: 'off', askFallback: 'deny' });
    expect(agents.map(({ agentId }) => agentId)).toEqual(['*', 'main']);
    expect(agents[1]?.settings).toMatchObject({ security: 'deny', ask: 'off' });
    expect(agents[1]?.rules[0]).toEqual({
      id: 'a',
      pattern: '/usr/bin/git',
      scope: 'with any arguments, only in /w, until 1970-01-01T00:00:00.010Z',
      reach: 'with any arguments, only in /w',
      argPattern: null,
      args: null,
      cwd: '/w',
      expiresAt: 10,
      isExpired: true,
      contentSha256: null,
      lastUsedAt: 5,
      createdAt: null,
      source: null,
    });
  });

  it('shows for one agent also the rules of every agent, and for an unknown one only those', () => {
    const ids = (agent: string) =>
      listPolicy(document, agent, 0, fakeHasher).agents.flatMap(({ rules }) =>
        rules.map(({ id }) => id),
      );
    expect(ids('default')).toEqual(['c', 'a', 'b']);
    expect(ids('nobody')).toEqual(['c']);
  });

  it('shows the arguments of an exact rule only when its hash stands for them', () => {
    const exact = {
      pattern: '/usr/bin/git',
      argPattern: cwdArgvPattern('/w', ['log'], fakeHasher),
    };
    const scope = (grantedArgs: string[]) => {
      const agents = { main: { allowlist: [{ ...exact, cwd: '/w', grantedArgs }] } };
      return listPolicy(doc({ agents }), 'main', 0, fakeHasher).agents[1]?.rules[0]?.scope;
    };
    expect(scope(['log'])).toBe('with exactly: log, only in /w, without an end');
    expect(scope(['status'])).toMatch(
      /^with one exact list of arguments \(sha256 [0-9a-f]{24}\), only in \/w, without an end$/,
    );
  });

  it('knows the arguments of a rule for any folder by their expression', () => {
    for (const args of [[], [''], ['log', '-n 3', 'a.b\\c', ''], ['*']]) {
      const argPattern = anywherePattern(args);
      if (argPattern === null) throw new Error('cannot be told from another list');
      const agents = { main: { allowlist: [{ pattern: '/usr/bin/git', argPattern }] } };
      const { rules } = listPolicy(doc({ agents }), 'main', 0, fakeHasher).agents[1] ?? {};
      expect(rules?.[0]?.args).toEqual(args);
    }
    for (const argPattern of ['log .*', 'log\\d\0', 'log.\0', 'log', 'a\0b']) {
      const agents = { main: { allowlist: [{ pattern: '/usr/bin/git', argPattern }] } };
      const { rules } = listPolicy(doc({ agents }), 'main', 0, fakeHasher).agents[1] ?? {};
      expect(rules?.[0]?.args).toBeNull();
    }
  });
});
