import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanSegment } from '#core/exec/types.ts';
import { cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import type { ProposedRule, Rule } from '#core/policy/types.ts';
import { fakeHasher } from '#support/fakes.ts';
import {
  frozenPlan,
  type PlanFacts,
  pathIdentity,
  policyRule,
  resolvedPolicy,
} from '#support/policy-fixtures.ts';

const now = 1_000;
const engine = testEngine();

function testEngine(skills: readonly string[] = []) {
  return createPolicyEngine({
    hasher: fakeHasher,
    home: '/home/ada',
    skillBins: () => new Set(skills),
  });
}
const decide = (facts: PlanFacts, rules: readonly Rule[] = []) =>
  engine(frozenPlan(facts), resolvedPolicy({ rules }), now);
const hash = (cwd: string, ...args: string[]) => cwdArgvPattern(cwd, args, fakeHasher);
const stored = (rule: ProposedRule): Rule => policyRule({ ...rule, id: 'stored' });
const proposals = (facts: PlanFacts): readonly ProposedRule[] => {
  const verdict = decide(facts);
  return verdict.kind === 'prompt' ? verdict.always : [];
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
    expect(verdict).toMatchObject({ kind: 'prompt', always: [] });
  });
});

describe('matching', () => {
  it.each<[string, Partial<Rule>]>([
    ['a rule for any arguments', {}],
    ['a rule for these arguments', { argPattern: hash('/work', '-a'), cwd: '/work' }],
    ['a rule for any arguments in this folder', { cwd: '/work' }],
    ['a rule that expires later', { expiresAt: now + 1 }],
  ])('%s allows it and is named', (_what, facts) => {
    expect(decide({}, [policyRule(facts)])).toMatchObject({ kind: 'allow', ruleIds: ['rule-1'] });
  });

  it.each<[string, Partial<Rule>, string]>([
    ['another program', { pattern: '/usr/bin/id' }, 'No rule names /usr/bin/uname.'],
    ['another case (S15)', { pattern: '/USR/BIN/UNAME' }, 'No rule'],
    ['a bare name, called by path', { pattern: 'uname' }, 'No rule'],
    ['a glob of another folder', { pattern: '/opt/*' }, 'No rule'],
    ['a command marker', { pattern: '=command:0123456789abcdef' }, 'No rule'],
    ['other arguments', { argPattern: hash('/work', '-s') }, 'name other arguments'],
    ['another folder in the hash', { argPattern: hash('/home', '-a') }, 'name other arguments'],
    [
      'another folder beside the hash',
      { argPattern: hash('/work', '-a'), cwd: '/x' },
      'name other',
    ],
    ['a regular expression for others', { argPattern: '-s' }, 'name other arguments'],
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
    expect(decide({}, rules)).toMatchObject({ ruleIds: ['exact'] });
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
      expect(decide({ argv }, rules)).toMatchObject({ kind: 'prompt', always: [] });
    },
  );

  it('S7: a shell behind another name stays a shell', () => {
    const facts = { argv: ['/opt/tool', 'x'], executable: '/bin/dash' } as const;
    expect(decide(facts, [policyRule({ pattern: '/bin/dash' })])).toMatchObject({ always: [] });
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
    expect(verdict).toMatchObject({ kind: 'prompt', always: [] });
    expect(verdict.why).toContain('environment');
  });

  it('does not take a path with glob characters for a literal rule', () => {
    const rule = policyRule({ pattern: '/opt/a*' });
    expect(decide({ argv: ['/opt/a*'] }, [rule])).toMatchObject({ kind: 'prompt', always: [] });
  });
});

describe('the offered rule (D8)', () => {
  it('is the exact command in its folder', () => {
    expect(proposals({})).toEqual([
      {
        pattern: '/usr/bin/uname',
        argPattern: hash('/work', '-a'),
        cwd: '/work',
        expiresAt: null,
        contentSha256: null,
        args: ['-a'],
        sentence: '/usr/bin/uname with exactly: -a, only in /work.',
      },
    ]);
  });

  it('S30: keeps no arguments that hold a secret', () => {
    const [rule] = proposals({
      argv: ['/usr/bin/gh', '--token', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    });
    expect(rule).toBeDefined();
    expect(rule).not.toHaveProperty('args');
  });

  it('sticks also where a rule for any arguments does not cover what they run (S10)', () => {
    const rules = [policyRule({ pattern: '/usr/bin/git' })];
    const plan = frozenPlan({ argv: ['/usr/bin/git', '-c', 'core.pager=x', 'log'] });
    const verdict = engine(plan, resolvedPolicy({ rules }), now);
    const always = verdict.kind === 'prompt' ? verdict.always : [];
    expect(always).toHaveLength(1);
    const policy = resolvedPolicy({ rules, proposed: always.map(stored) });
    expect(engine(plan, policy, now)).toMatchObject({ kind: 'allow', ruleIds: ['stored'] });
  });

  it.each<[string, PlanFacts, Parameters<typeof resolvedPolicy>[0], string]>([
    ['an interpreter', { argv: ['/usr/bin/python3', 'a.py'] }, {}, 'python3 runs what'],
    ['another name', { argv: ['x'], executable: '/usr/bin/multi' }, {}, 'another name'],
    ['variables', { envDelta: { LANG: 'C' } }, {}, 'sets environment variables'],
    ['a policy that always asks', {}, { ask: 'always' }, 'always asks'],
    ['an agent named *', { agentId: '*' }, {}, 'named "*"'],
    ['a script nobody read', unread(), {}, 'could not be read whole'],
  ])('says why it is not offered for %s (AP-12)', (_, facts, policy, because) => {
    const verdict = engine(frozenPlan(facts), resolvedPolicy(policy), now);
    expect(verdict).toMatchObject({ kind: 'prompt', always: [] });
    expect(verdict).toMatchObject({ onceBecause: expect.stringContaining(because) });
  });

  it('is offered without such a reason', () => {
    expect(decide({})).not.toHaveProperty('onceBecause');
  });

  it('is not offered to an agent that calls itself *', () => {
    const verdict = engine(frozenPlan({ agentId: '*' }), resolvedPolicy({ agentId: '*' }), now);
    expect(verdict).toMatchObject({ kind: 'prompt', always: [] });
  });

  const word = fc.oneof(fc.constantFrom('-a', 'x', '', 'a b', '*', '/tmp'), fc.string());
  const name = fc.stringMatching(/^[a-zA-Z0-9_+-][a-zA-Z0-9._+-]{0,7}$/);
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
        const [rule] = proposals(request);
        if (rule === undefined) return;
        expect(decide(request, [stored(rule)])).toMatchObject({
          kind: 'allow',
          ruleIds: ['stored'],
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('never allows a request that differs in program, name, arguments or folder', () => {
    fc.assert(
      fc.property(facts, facts, name, (request, other, otherName) => {
        const [rule] = proposals(request);
        if (rule === undefined) return;
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

function unread(): PlanFacts {
  const argv = ['/work/tool'] as const;
  const executable = { ...pathIdentity(argv[0]), isUnread: true };
  const shape = { kind: 'proved', form: 'argv', text: null, cwd: pathIdentity('/work') } as const;
  return { argv, proof: { ...shape, segments: [{ argv, executable }] } };
}

const segment = (argv: readonly [string, ...string[]], path = `/usr/bin/${argv[0]}`) => ({
  argv,
  executable: pathIdentity(path),
});
const list = (...segments: readonly [PlanSegment, ...PlanSegment[]]): PlanFacts => ({
  argv: ['/bin/sh', '-lc', 'TEXT'],
  executable: '/usr/bin/dash',
  proof: {
    kind: 'proved',
    form: 'shell-list',
    segments,
    text: 'TEXT',
    cwd: pathIdentity('/work'),
  },
});

describe('a shell text (D9)', () => {
  const status = segment(['git', 'status']);
  const remove = segment(['rm', '-rf', 'tmp']);

  it('is allowed when every command of it is, and every rule is named', () => {
    const rules = [
      policyRule({ id: 'git', pattern: '/usr/bin/git' }),
      policyRule({ id: 'rm', pattern: '/usr/bin/rm' }),
    ];
    expect(decide(list(status, remove), rules)).toMatchObject({
      kind: 'allow',
      layer: 'rules',
      runs: 'as-proved',
      ruleIds: ['git', 'rm'],
      findings: [{ ruleId: 'git' }, { ruleId: 'rm' }],
    });
  });

  it('asks when one command is not, says which, and offers a rule for that one', () => {
    const rules = [policyRule({ id: 'git', pattern: '/usr/bin/git' })];
    const verdict = decide(list(status, remove), rules);
    expect(verdict).toMatchObject({
      kind: 'prompt',
      layer: 'rules',
      why: 'No rule names /usr/bin/rm.',
      findings: [{ allowedBy: 'rules' }, { allowedBy: null }],
      always: [{ pattern: '/usr/bin/rm', cwd: '/work' }],
    });
  });

  it('offers no "always" when one of its commands can never have a rule', () => {
    const verdict = decide(list(status, segment(['python3', 'a.py'])));
    expect(verdict).toMatchObject({ kind: 'prompt', always: [] });
  });

  it('needs one rule for a command that stands in it twice', () => {
    expect(proposals(list(status, status))).toHaveLength(1);
  });

  it('that is not proved asks with the reason, whatever the rules say', () => {
    const proof = { kind: 'unproved', reason: 'It expands a variable.' } as const;
    const rules = [policyRule({ pattern: '*' }), policyRule({ pattern: '/usr/bin/dash' })];
    expect(decide({ ...list(status), proof }, rules)).toEqual({
      kind: 'prompt',
      layer: 'proof',
      why: 'It expands a variable.',
      findings: [],
      always: [],
      onceBecause: 'It expands a variable.',
    });
  });

  it('runs as asked where the whole policy allows, without any rule', () => {
    const verdict = engine(
      frozenPlan(list(status)),
      resolvedPolicy({ security: 'full', ask: 'off' }),
      now,
    );
    expect(verdict).toMatchObject({ kind: 'allow', runs: 'as-asked', ruleIds: [] });
  });

  it('lets safe bins pass between allowed commands, and nothing else of theirs', () => {
    const rules = [policyRule({ id: 'git', pattern: '/usr/bin/git' })];
    const head = segment(['head', '-n', '5']);
    expect(decide(list(status, head), rules)).toMatchObject({
      kind: 'allow',
      findings: [{ allowedBy: 'rules' }, { allowedBy: 'safe-bins' }],
    });
    expect(decide(list(status, segment(['head', '/etc/passwd'])), rules).kind).toBe('prompt');
    expect(decide(list(status, segment(['head'], '/work/head')), rules).kind).toBe('prompt');
  });

  it('lets skill programs pass only for an agent whose skills are trusted', () => {
    const facts = { argv: ['obsidian-cli', 'x'], executable: '/opt/bin/obsidian-cli' } as const;
    const skilled = testEngine(['obsidian-cli']);
    const verdict = (autoAllowSkills: boolean) =>
      skilled(frozenPlan(facts), resolvedPolicy({ autoAllowSkills }), now);
    expect(verdict(true)).toMatchObject({ kind: 'allow', layer: 'skill-bins' });
    expect(verdict(false).kind).toBe('prompt');
  });
});

describe('a script (S11)', () => {
  const script = { argv: ['/work/build.sh', 'x'] as const, sha256: 'aa' };

  it('gets a rule for its content, which ends when the content changes', () => {
    const [rule] = proposals(script);
    expect(rule).toMatchObject({ contentSha256: 'aa' });
    expect(rule?.sentence).toContain('while its content stays the same');
    if (rule === undefined) throw new Error('no rule was offered');
    const rules = [stored(rule)];
    expect(decide(script, rules).kind).toBe('allow');
    expect(decide({ ...script, sha256: 'bb' }, rules).kind).toBe('prompt');
    expect(decide({ argv: script.argv }, rules).kind).toBe('prompt');
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
