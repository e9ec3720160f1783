import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { createRuleIndex, type Invocation } from '#core/policy/rule-index.ts';
import type { Rule } from '#core/policy/types.ts';
import { fakeHasher } from '#support/fakes.ts';
import { policyRule } from '#support/policy-fixtures.ts';
import { cheapestMs } from '#support/timing.ts';

const deps = { hasher: fakeHasher, home: '/home/ada' };
const git = '/usr/bin/git';

function invocation(facts: Partial<Invocation> = {}): Invocation {
  const usual = { executable: git, cwd: '/work', byName: true, contentSha256: null };
  return { argv: ['git', 'status'], ...usual, ...facts };
}

const exactly = (cwd: string, ...args: string[]) => cwdArgvPattern(cwd, args, fakeHasher);

function rules(...facts: Partial<Rule>[]): readonly Rule[] {
  return facts.map((fact, at) => policyRule({ id: `r${at + 1}`, pattern: git, ...fact }));
}

function found(list: readonly Rule[], facts: Partial<Invocation> = {}, nowMs = 0): string | null {
  return createRuleIndex(list, deps).find(invocation(facts), nowMs).rule?.id ?? null;
}

function why(list: readonly Rule[], facts: Partial<Invocation> = {}, nowMs = 0): string {
  return createRuleIndex(list, deps).find(invocation(facts), nowMs).why;
}

describe('createRuleIndex: which rule', () => {
  it('a path-only rule matches its program with any arguments', () => {
    expect(found(rules({}))).toBe('r1');
    expect(found(rules({}), { argv: ['git', 'push'], byName: false })).toBe('r1');
    expect(found(rules({}), { executable: '/usr/bin/git2' })).toBeNull();
  });

  it('S15: a generated rule matches only its arguments in its folder', () => {
    const list = rules({ argPattern: exactly('/work', 'status') });
    expect(found(list)).toBe('r1');
    expect(found(list, { argv: ['git', 'status', ''] })).toBeNull();
    expect(found(list, { argv: ['git', 'push'] })).toBeNull();
    expect(found(list, { cwd: '/work/sub' })).toBeNull();
  });

  it('S15: an expression must match the whole of the arguments', () => {
    const list = rules({ argPattern: 'status|log' });
    expect(found(list)).toBe('r1');
    expect(found(list, { argv: ['git', 'status', '--porcelain'] })).toBeNull();
    expect(found(list, { argv: ['git'] })).toBeNull();
  });

  it.each(['(', '(?=status)status', 'sha256:argv:00', '=command:00', `sha256:cwd-argv:v2:`])(
    'S15: an argPattern that cannot be matched (%j) never stands for any arguments',
    (argPattern) => {
      expect(found(rules({ argPattern }))).toBeNull();
    },
  );

  it('a rule for the arguments goes before one for any, else the document order holds', () => {
    const exact = { argPattern: exactly('/work', 'status') };
    expect(found(rules({}, exact))).toBe('r2');
    expect(found(rules({}, { pattern: '/usr/bin/*', argPattern: 'status' }, exact))).toBe('r2');
    expect(found(rules({ pattern: '/usr/bin/*' }, {}))).toBe('r1');
    expect(found(rules({}, { pattern: '/usr/bin/*' }))).toBe('r1');
    expect(found(rules({ pattern: '*' }, { pattern: 'git' }, {}))).toBe('r1');
  });

  it('a rule bound to a folder matches only there', () => {
    const list = rules({ cwd: '/work' }, { cwd: '/other', argPattern: 'status' });
    expect(found(list)).toBe('r1');
    expect(found(list, { cwd: '/other' })).toBe('r2');
    expect(found(list, { cwd: '/work/sub' })).toBeNull();
  });

  it('S11: a rule bound to the content of a script matches only that', () => {
    const list = rules({ contentSha256: 'aa' }, { argPattern: 'log' });
    expect(found(list, { contentSha256: 'aa' })).toBe('r1');
    expect(found(list, { contentSha256: 'bb' })).toBeNull();
    expect(found(list, { contentSha256: null })).toBeNull();
    expect(found(rules({ argPattern: 'status', contentSha256: 'aa' }))).toBeNull();
    expect(found(rules({}), { contentSha256: 'aa' })).toBe('r1');
  });

  it('an expired rule never matches and does not hide another', () => {
    const list = rules({ expiresAt: 100 }, {});
    expect(found(list, {}, 99)).toBe('r1');
    expect(found(list, {}, 100)).toBe('r2');
    expect(found(rules({ expiresAt: 100 }), {}, 100)).toBeNull();
  });

  it('bare names, home folders and wildcards find their programs', () => {
    const inHome = { executable: '/home/ada/bin/git' };
    expect(found(rules({ pattern: 'git' }))).toBe('r1');
    expect(found(rules({ pattern: 'g?t' }))).toBe('r1');
    expect(found(rules({ pattern: '~/bin/git' }), inHome)).toBe('r1');
    expect(found(rules({ pattern: '~/bin/*' }), inHome)).toBe('r1');
    expect(found(rules({ pattern: '/**/git' }))).toBe('r1');
    expect(found(rules({ pattern: '/usr/bin/git*' }))).toBe('r1');
    expect(found(rules({ pattern: '*' }), { byName: false })).toBe('r1');
  });

  it('S15: a bare name does not speak of a program called by its path', () => {
    const byPath = { argv: ['./git', 'status'] as const, executable: '/work/git', byName: false };
    expect(found(rules({ pattern: 'git' }, { pattern: 'g*' }, {}), byPath)).toBeNull();
    expect(found(rules({ pattern: '*', argPattern: 'status' }), byPath)).toBeNull();
    expect(found(rules({ pattern: '*', argPattern: 'status' }))).toBe('r1');
  });

  it('S15: what is no real path is named by no rule', () => {
    const list = rules({ pattern: '*' }, { pattern: '/opt/**' });
    for (const executable of ['/opt/../bin/sh', '/opt/./x', 'opt/x', '']) {
      expect(found(list, { executable })).toBeNull();
    }
  });

  it('S15: wildcards are never exact text, nor exact text wildcards', () => {
    const odd = '/opt/a*b';
    expect(found(rules({ pattern: odd }), { executable: '/opt/a/b' })).toBeNull();
    expect(found(rules({ pattern: '/opt/a?b' }), { executable: '/opt/a/b' })).toBeNull();
    expect(found(rules({ pattern: '/opt/axb' }), { executable: odd })).toBeNull();
    expect(found(rules({ pattern: '/opt/[ab]' }), { executable: '/opt/a' })).toBeNull();
    expect(found(rules({ pattern: '/opt/[ab]' }), { executable: '/opt/[ab]' })).toBe('r1');
  });
});

describe('createRuleIndex: why', () => {
  it('names the rule and its scope', () => {
    expect(why(rules({}))).toBe('Rule r1 allows /usr/bin/git with any arguments.');
    expect(why(rules({ argPattern: exactly('/work', 'status'), cwd: '/work' }))).toBe(
      'Rule r1 allows /usr/bin/git with exactly these arguments.',
    );
    expect(why(rules({ argPattern: 'status', cwd: '/work' }))).toBe(
      'Rule r1 allows /usr/bin/git with arguments of this form, only in /work.',
    );
    expect(why(rules({ pattern: '/usr/bin/*' }))).toBe(
      'Rule r1 allows /usr/bin/git through "/usr/bin/*" with any arguments.',
    );
  });

  it('says what is missing', () => {
    const other =
      'The rules for /usr/bin/git name other arguments, another folder or other content.';
    expect(why([])).toBe('No rule names /usr/bin/git.');
    expect(why(rules({ pattern: '/usr/bin/hg' }))).toBe('No rule names /usr/bin/git.');
    expect(why(rules({ argPattern: 'push' }))).toBe(other);
    expect(why(rules({ argPattern: '(' }))).toBe(other);
    expect(why(rules({ cwd: '/other', expiresAt: 1 }), {}, 1)).toBe(other);
    expect(why(rules({ expiresAt: 1 }), {}, 1)).toBe('The rule for /usr/bin/git has expired.');
  });
});

describe('properties of the rule index', () => {
  const pattern = fc.constantFrom(
    ...['/usr/bin/git', '/usr/bin/*', '/usr/**', '/**/g?t', 'git', 'g*', '*', '~/git'],
    ...['/usr/bin/hg', '/opt/*', 'hg', '/usr/bin/gi?', '=command:00', '/usr/./bin/git'],
  );
  const argPattern = fc.constantFrom(
    ...[null, 'status', 's.*', '(', exactly('/work', 'status'), exactly('/work'), 'sha256:argv:0'],
  );
  const anyRule = fc
    .record({
      pattern,
      argPattern,
      cwd: fc.constantFrom(null, '/work', '/other'),
      contentSha256: fc.constantFrom(null, null, 'aa'),
      expiresAt: fc.constantFrom(null, 50),
    })
    .map((facts) => policyRule(facts));
  const anyRules = fc
    .array(anyRule, { maxLength: 8 })
    .map((list) => list.map((rule, at) => ({ ...rule, id: `r${at}` })));
  const anyInvocation = fc.record({
    argv: fc.constantFrom<Invocation['argv'][]>(['git'], ['git', 'status'], ['/usr/bin/git', 's']),
    executable: fc.constantFrom('/usr/bin/git', '/home/ada/git', '/opt/git', '/git'),
    cwd: fc.constantFrom('/work', '/other'),
    byName: fc.boolean(),
    contentSha256: fc.constantFrom(null, 'aa', 'bb'),
  });

  it('finds what each rule would find alone, the narrower and earlier one first', () => {
    fc.assert(
      fc.property(anyRules, anyInvocation, fc.constantFrom(0, 50), (list, asked, now) => {
        const alone = list.filter(
          (rule) => createRuleIndex([rule], deps).find(asked, now).rule !== null,
        );
        const expected = alone.find((rule) => rule.argPattern !== null) ?? alone[0] ?? null;
        expect(createRuleIndex(list, deps).find(asked, now).rule).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it('rules of other programs never change the answer', () => {
    const other = fc
      .constantFrom('/usr/bin/hg', '/srv/**', 'hg', 'gi', '/usr/bin/git?', '/usr/b?/git', '~/x*')
      .map((text) => policyRule({ id: 'other', pattern: text }));
    const others = fc.array(other, { maxLength: 6 });
    fc.assert(
      fc.property(others, anyRules, others, anyInvocation, (before, list, after, asked) => {
        const answer = createRuleIndex(list, deps).find(asked, 0);
        const crowded = createRuleIndex([...before, ...list, ...after], deps).find(asked, 0);
        expect(crowded).toEqual(answer);
      }),
      { numRuns: 2_000 },
    );
  });

  it('no rule and no invocation make it throw or take 50 ms', () => {
    const text = fc.string({ unit: 'binary', maxLength: 1_100 });
    const hostilePattern = fc.oneof(
      text,
      fc.integer({ min: 1, max: 500 }).map((count) => `/${'*a'.repeat(count)}`),
      fc.constantFrom('*', '**', '/**', '?'),
    );
    const hostileArgs = fc.oneof(
      text,
      fc.integer({ min: 1, max: 100 }).map((count) => '.*a'.repeat(count)),
      fc.constant(null),
    );
    const hostileRules = fc.array(
      fc.record({ pattern: hostilePattern, argPattern: hostileArgs }).map(policyRule),
      { maxLength: 3 },
    );
    const asked = fc.record({
      argv: fc.tuple(text, fc.oneof(text, fc.constant('a'.repeat(8_192)))),
      executable: fc.oneof(text, fc.constant(`/${'a'.repeat(4_000)}`), fc.constant(git)),
      cwd: text,
      byName: fc.boolean(),
      contentSha256: fc.constant(null),
    });
    fc.assert(
      fc.property(hostileRules, asked, (list, one) => {
        const cost = cheapestMs(() => createRuleIndex(list, deps).find(one, 0));
        expect(cost).toBeLessThan(50);
      }),
      { numRuns: 100 },
    );
  });
});
