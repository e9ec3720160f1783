import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { createExactEngine } from '#core/policy/exact-engine.ts';
import { ruleAllows } from '#core/policy/exact-match.ts';
import type { ProposedRule, Rule } from '#core/policy/types.ts';
import { fakeHasher } from '#support/fakes.ts';
import {
  frozenPlan,
  type PlanFacts,
  policyRule,
  resolvedPolicy,
} from '#support/policy-fixtures.ts';

const now = 1_000;
const engine = createExactEngine({ hasher: fakeHasher });
const decide = (facts: PlanFacts, rules: readonly Rule[] = []) =>
  engine(frozenPlan(facts), resolvedPolicy({ rules }), now);
const hash = (cwd: string, ...args: string[]) => cwdArgvPattern(cwd, args, fakeHasher);
const stored = (rule: ProposedRule): Rule => policyRule({ ...rule, id: 'stored' });
const proposal = (facts: PlanFacts): ProposedRule | null => {
  const verdict = decide(facts);
  return verdict.kind === 'prompt' ? verdict.always : null;
};

describe('the decision (exec-ipc §3.4)', () => {
  it.each([
    ['deny', 'off', 'deny'],
    ['deny', 'always', 'deny'],
    ['allowlist', 'off', 'deny'],
    ['allowlist', 'on-miss', 'prompt'],
    ['allowlist', 'always', 'prompt'],
    ['full', 'off', 'allow'],
    ['full', 'on-miss', 'allow'],
    ['full', 'always', 'prompt'],
  ] as const)('security %s and ask %s without a rule: %s', (security, ask, kind) => {
    const verdict = engine(frozenPlan(), resolvedPolicy({ security, ask }), now);
    expect(verdict.kind).toBe(kind);
    expect(verdict.why).not.toBe('');
  });

  it.each([
    ['deny', 'off', 'deny'],
    ['allowlist', 'off', 'allow'],
    ['allowlist', 'on-miss', 'allow'],
    ['allowlist', 'always', 'prompt'],
    ['full', 'always', 'prompt'],
  ] as const)('security %s and ask %s with a rule that matches: %s', (security, ask, kind) => {
    const policy = resolvedPolicy({ security, ask, rules: [policyRule()] });
    expect(engine(frozenPlan(), policy, now).kind).toBe(kind);
  });

  it('names the reasons of a deny', () => {
    const reason = (policy: Parameters<typeof resolvedPolicy>[0]) => {
      const verdict = engine(frozenPlan(), resolvedPolicy(policy), now);
      return verdict.kind === 'deny' ? verdict.reason : verdict.kind;
    };
    expect(reason({ security: 'deny' })).toBe('security=deny');
    expect(reason({ ask: 'off' })).toBe('allowlist-miss');
    expect(reason({ security: 'full', problem: 'broken' })).toBe('store-unusable');
  });

  it('offers no "always" when the policy always asks', () => {
    const verdict = engine(frozenPlan(), resolvedPolicy({ ask: 'always' }), now);
    expect(verdict).toMatchObject({ kind: 'prompt', always: null });
  });
});

describe('matching', () => {
  it.each<[string, Partial<Rule>]>([
    ['a rule for any arguments', {}],
    ['a rule for these arguments', { argPattern: hash('/work', '-a'), cwd: '/work' }],
    ['a rule for any arguments in this folder', { cwd: '/work' }],
    ['a rule that expires later', { expiresAt: now + 1 }],
  ])('%s allows it and is named', (_what, facts) => {
    expect(decide({}, [policyRule(facts)])).toMatchObject({ kind: 'allow', ruleId: 'rule-1' });
  });

  it.each<[string, Partial<Rule>, string]>([
    [
      'another program',
      { pattern: '/usr/bin/id' },
      'No rule of agent "main" names /usr/bin/uname.',
    ],
    ['another case (S15)', { pattern: '/USR/BIN/UNAME' }, 'No rule'],
    ['a bare name', { pattern: 'uname' }, 'No rule'],
    ['a glob', { pattern: '/usr/bin/*' }, 'No rule'],
    ['the star alone', { pattern: '*' }, 'No rule'],
    ['a command marker', { pattern: '=command:0123456789abcdef' }, 'No rule'],
    ['other arguments', { argPattern: hash('/work', '-s') }, 'name other arguments'],
    ['another folder in the hash', { argPattern: hash('/home', '-a') }, 'name other arguments'],
    [
      'another folder beside the hash',
      { argPattern: hash('/work', '-a'), cwd: '/x' },
      'name other',
    ],
    ['a regular expression', { argPattern: '.*' }, 'name other arguments'],
    ['the legacy hash', { argPattern: 'sha256:argv:00' }, 'name other arguments'],
    ['a time that has passed', { expiresAt: now }, 'has expired'],
  ])('a rule for %s does not allow it', (_what, facts, why) => {
    const verdict = decide({}, [policyRule(facts)]);
    expect(verdict.kind).toBe('prompt');
    expect(verdict.why).toContain(why);
  });

  it('prefers a rule for these arguments to one for any', () => {
    const rules = [
      policyRule({ id: 'any' }),
      policyRule({ id: 'exact', argPattern: hash('/work', '-a') }),
    ];
    expect(decide({}, rules)).toMatchObject({ ruleId: 'exact' });
  });

  it.each([
    ['/bin/sh', '-lc', 'uname -a'],
    ['/usr/bin/env', 'uname'],
    ['/usr/bin/python3', 'a.py'],
    ['/usr/bin/find', '.', '-exec', 'id', ';'],
    ['/usr/bin/sudo', 'uname'],
    ['/bin/busybox', 'uname'],
  ] as const)(
    'S7, S8: no rule allows %s, not even an exact one, and none is offered',
    (...argv) => {
      const [program, ...args] = argv;
      const rules = [
        policyRule({ pattern: program }),
        policyRule({ pattern: program, argPattern: hash('/work', ...args), cwd: '/work' }),
      ];
      expect(decide({ argv }, rules)).toMatchObject({ kind: 'prompt', always: null });
    },
  );

  it('S7: a shell behind another name stays a shell', () => {
    const facts = { argv: ['/opt/tool', 'x'], executable: '/bin/dash' } as const;
    expect(decide(facts, [policyRule({ pattern: '/bin/dash' })])).toMatchObject({ always: null });
    const alias = { argv: ['env', 'x'], executable: '/usr/lib/multi/tool' } as const;
    expect(decide(alias, [policyRule({ pattern: '/usr/lib/multi/tool' })]).kind).toBe('prompt');
  });

  it('S7: a rule for a multi-call binary speaks for one name only', () => {
    const rules = [policyRule({ pattern: '/usr/lib/multi/cat', argPattern: hash('/work', 'x') })];
    const called = (name: string) =>
      decide({ argv: [name, 'x'], executable: '/usr/lib/multi/cat' }, rules).kind;
    expect([called('cat'), called('/bin/cat'), called('rm')]).toEqual(['allow', 'allow', 'prompt']);
  });

  it('S12: a rule does not cover environment variables, and none is offered with them', () => {
    const verdict = decide({ envDelta: { LANG: 'C' } }, [policyRule()]);
    expect(verdict).toMatchObject({ kind: 'prompt', always: null });
    expect(verdict.why).toContain('environment');
  });

  it('does not take a path with glob characters for a literal rule', () => {
    const rule = policyRule({ pattern: '/opt/a*' });
    expect(decide({ argv: ['/opt/a*'] }, [rule])).toMatchObject({ kind: 'prompt', always: null });
  });
});

describe('the offered rule (D8)', () => {
  it('is the exact command in its folder', () => {
    expect(proposal({})).toEqual({
      pattern: '/usr/bin/uname',
      argPattern: hash('/work', '-a'),
      cwd: '/work',
      sentence: 'Allows /usr/bin/uname with exactly these arguments, only in /work.',
    });
  });

  it('is not offered to an agent that calls itself *', () => {
    const verdict = engine(frozenPlan({ agentId: '*' }), resolvedPolicy({ agentId: '*' }), now);
    expect(verdict).toMatchObject({ kind: 'prompt', always: null });
  });

  const word = fc.oneof(fc.constantFrom('-a', 'x', '', 'a b', '*', '/tmp'), fc.string());
  const name = fc.stringMatching(/^[a-zA-Z0-9._+-]{1,8}$/);
  const facts = fc.record({
    argv: fc
      .tuple(name, fc.array(word, { maxLength: 4 }))
      .map(([program, args]): [string, ...string[]] => [`/usr/bin/${program}`, ...args]),
    cwd: fc.constantFrom('/', '/work', '/work/sub'),
    agentId: fc.constantFrom('main', 'ops', '*'),
  });

  it('always allows the very request it came from', () => {
    fc.assert(
      fc.property(facts, (request) => {
        const rule = proposal(request);
        if (rule === null) return;
        expect(decide(request, [stored(rule)])).toMatchObject({ kind: 'allow', ruleId: 'stored' });
        expect(ruleAllows(stored(rule), frozenPlan(request), now, fakeHasher)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never allows a request that differs in program, name, arguments or folder', () => {
    fc.assert(
      fc.property(facts, facts, name, (request, other, otherName) => {
        const rule = proposal(request);
        if (rule === null) return;
        const rules = [stored(rule)];
        const [program, ...args] = request.argv;
        const changed: PlanFacts[] = [
          { ...request, argv: [program, ...args, ''] },
          { ...request, argv: [program, ...args.slice(1), `${args[0] ?? ''}x`] },
          { ...request, cwd: `${request.cwd}/other` },
          { ...request, executable: `/opt${program}` },
          { ...request, envDelta: { LANG: 'C' } },
        ];
        if (`/usr/bin/${otherName}` !== program) {
          changed.push({ ...request, argv: [otherName, ...args], executable: program });
        }
        const { agentId: _a, ...one } = request;
        const { agentId: _b, ...two } = other;
        if (JSON.stringify(one) !== JSON.stringify(two)) changed.push(other);
        for (const plan of changed) expect(decide(plan, rules).kind).toBe('prompt');
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws and always says why', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.string(), (argv, path) => {
        const [first = '', ...rest] = argv;
        const verdict = decide({ argv: [first, ...rest], executable: path, cwd: path });
        expect(verdict.why).not.toBe('');
      }),
    );
  });
});

describe('many rules', () => {
  it('costs no more when rules are added that cannot match', () => {
    let reads = 0;
    const counted = (rule: Rule): Rule =>
      Object.defineProperty({ ...rule }, 'pattern', {
        get() {
          reads += 1;
          return rule.pattern;
        },
      });
    const rules = Array.from({ length: 10_000 }, (_, at) =>
      counted(policyRule({ id: `${at}`, pattern: `/usr/bin/tool-${at}` })),
    );
    const policy = resolvedPolicy({ rules });
    engine(frozenPlan(), policy, now);
    const built = reads;
    for (let round = 0; round < 100; round += 1) engine(frozenPlan(), policy, now);
    expect(built).toBeGreaterThan(0);
    expect(reads).toBe(built);
  });
});
