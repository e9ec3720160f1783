import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlwaysLasts, AlwaysScope } from '#core/approvals/types.ts';
import { wouldAllow } from '#core/exec/policy-checks.ts';
import type { FrozenPlan, PlanSegment } from '#core/exec/types.ts';
import { grantedRules } from '#core/policy/always-grant.ts';
import { proposeAlways, type RuleOffer, shownOffers } from '#core/policy/always-offers.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import type { ProposedRule, ResolvedPolicy, Rule } from '#core/policy/types.ts';
import { fakeHasher } from '#support/fakes.ts';
import {
  frozenPlan,
  type PlanFacts,
  pathIdentity,
  policyRule,
  resolvedPolicy,
} from '#support/policy-fixtures.ts';

const now = 1_000_000;
const endOfDayMs = now + 3_600_000;
const engine = createPolicyEngine({
  hasher: fakeHasher,
  home: '/home/ada',
  skillBins: () => new Set(),
});

function proposal(plan: FrozenPlan, policy: ResolvedPolicy = resolvedPolicy()) {
  const verdict = engine(plan, policy, now);
  if (verdict.kind !== 'prompt') throw new Error(`not asked: ${verdict.why}`);
  const allows = (rules: readonly ProposedRule[]) => wouldAllow(engine, plan, policy, rules, now);
  return proposeAlways(plan, verdict, { hasher: fakeHasher, allows });
}
const offersFor = (facts: PlanFacts) => proposal(frozenPlan(facts)).offers;
const scopes = ([offer]: readonly RuleOffer[]) => offer?.choices.map(({ scope }) => scope) ?? [];

const segment = (argv: readonly [string, ...string[]], path = `/usr/bin/${argv[0]}`) => ({
  argv,
  executable: pathIdentity(path),
});
const chain = (...segments: readonly [PlanSegment, ...PlanSegment[]]): PlanFacts => ({
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

describe('what "always" offers (AP-12, D8)', () => {
  it('is the command in its folder, then anywhere, then the program with any arguments', () => {
    const offers = offersFor({ argv: ['/usr/bin/uname', '-a'] });
    expect(shownOffers(offers)).toEqual([
      {
        command: '/usr/bin/uname -a',
        choices: [
          { scope: 'exact-here', sentence: '/usr/bin/uname with exactly: -a, only in /work.' },
          { scope: 'exact-anywhere', sentence: '/usr/bin/uname with exactly: -a, in any folder.' },
          {
            scope: 'any-arguments-here',
            sentence: '/usr/bin/uname with any arguments, only in /work.',
          },
        ],
      },
    ]);
  });

  it('begins with the rule the engine proposes', () => {
    const verdict = engine(frozenPlan(), resolvedPolicy(), now);
    const narrowest = offersFor({}).map(({ choices: [{ rule }] }) => rule);
    expect(verdict).toMatchObject({ always: narrowest });
    // The arguments are noted for people only where the rule is for those in that folder.
    const noted = offersFor({})[0]?.choices.map(({ rule }) => rule.args !== undefined);
    expect(noted).toEqual([true, false, false]);
  });

  it.each<[string, readonly [string, ...string[]], readonly AlwaysScope[]]>([
    ['runs another with these arguments', ['/usr/bin/git', '-c', 'x=y', 'log'], ['exact-here']],
    ['can run others with other ones', ['/usr/bin/sort', 'a'], ['exact-here', 'exact-anywhere']],
    ['runs what files of the folder say', ['/usr/bin/git', 'log'], ['exact-here']],
    ['is such a program by its version', ['/usr/bin/vim.basic', 'x'], ['exact-here']],
    ['always runs others', ['/usr/bin/pytest'], ['exact-here']],
    ['builds what the folder says', ['/usr/bin/cargo', 'build'], ['exact-here']],
  ])('D8: nothing wider for a program that %s', (_, argv, offered) => {
    expect(scopes(offersFor({ argv }))).toEqual(offered);
  });

  it.each(['sh', 'bash', 'env', 'python3.12', 'node', 'find', 'sudo', 'ssh', 'npm', 'busybox'])(
    'S7: nothing for %s, and says so',
    (name) => {
      const { offers, onceBecause } = proposal(frozenPlan({ argv: [`/usr/bin/${name}`, 'x'] }));
      expect(offers).toEqual([]);
      expect(onceBecause).toContain('runs what its arguments say');
    },
  );

  it('S30: keeps a secret out of every rule that is no hash', () => {
    const secret = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    const offers = offersFor({ argv: ['/usr/bin/deploy', '--token', secret] });
    expect(scopes(offers)).toEqual(['exact-here', 'any-arguments-here']);
    const stored = offers.flatMap(({ choices }) =>
      choices.map(({ rule: { sentence: _, ...rule } }) => rule),
    );
    expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it('S11: ties every width of a script to its content', () => {
    const offers = offersFor({ argv: ['/work/build.sh', 'x'], sha256: 'aa' });
    for (const { rule } of offers.flatMap(({ choices }) => choices)) {
      expect(rule).toMatchObject({ contentSha256: 'aa' });
      expect(rule.sentence).toContain('while its content stays the same');
    }
    expect(scopes(offers)).toHaveLength(3);
  });

  it('leaves out a width that the policy would still ask about', () => {
    const plan = frozenPlan();
    const verdict = engine(plan, resolvedPolicy(), now);
    if (verdict.kind !== 'prompt') throw new Error('not asked');
    const allows = (rules: readonly ProposedRule[]) => rules.every(({ cwd }) => cwd !== null);
    const { offers } = proposeAlways(plan, verdict, { hasher: fakeHasher, allows });
    expect(scopes(offers)).toEqual(['exact-here', 'any-arguments-here']);
  });

  it('has no width for arguments that an expression cannot tell apart', () => {
    // Arguments of no length cannot be told from two empty ones without a folder.
    const offers = offersFor({ argv: ['/usr/bin/uname', '', ''] });
    expect(scopes(offers)).toEqual(['exact-here', 'any-arguments-here']);
    const long = offersFor({ argv: ['/usr/bin/uname', 'x'.repeat(600)] });
    expect(scopes(long)).toEqual(['exact-here', 'any-arguments-here']);
  });

  it('is one offer per different program that nothing allows yet', () => {
    const ls = segment(['ls', '-la']);
    const facts = chain(ls, segment(['git', 'status']), segment(['du', '.']), ls);
    const rules = [policyRule({ pattern: '/usr/bin/git' })];
    const { offers } = proposal(frozenPlan(facts), resolvedPolicy({ rules }));
    expect(offers.map(({ command }) => command)).toEqual(['ls -la', 'du .']);
  });

  it('S11: is nothing, with the reason, where another command may change the script first', () => {
    const script = { argv: ['./b'] as const, executable: pathIdentity('/work/b', 'aa') };
    const facts = chain(segment(['cp', 'a', 'b']), script);
    expect(proposal(frozenPlan(facts))).toEqual({
      offers: [],
      onceBecause: expect.stringContaining('/work/b, which another command of the text may change'),
    });
  });

  it('S5: is nothing where nobody could read it, and only narrow where that alone is readable', () => {
    const huge = segment(['du', 'x'.repeat(40_000)]);
    const other = segment(['ls', 'x'.repeat(40_000)]);
    expect(proposal(frozenPlan(chain(huge, other)))).toMatchObject({
      offers: [],
      onceBecause: expect.stringContaining('longer than anybody'),
    });
    const path = (name: string) => `/${name.repeat(1_000)}`;
    const tight = (name: string) => segment([path(name), 'x'.repeat(31_500)], path(name));
    const offers = offersFor(chain(tight('a'), tight('b')));
    expect(offers.map((offer) => scopes([offer]))).toEqual([['exact-here'], ['exact-here']]);
  });

  it('has no wider choices for more programs than anybody reads choices for', () => {
    const many = Array.from({ length: 9 }, (_, at) => segment([`tool-${at}`]));
    const [first = segment(['ls']), ...others] = many;
    expect(scopes(offersFor(chain(first, ...others)))).toEqual(['exact-here']);
    expect(scopes(offersFor(chain(first, ...others.slice(1))))).toHaveLength(3);
  });
});

const terms = { agentId: 'ops', nowMs: now, endOfDayMs };

describe('what an answer stores (AP-12)', () => {
  const offers = offersFor({});

  it('without a selection: the narrowest of everything, for this agent, until it is removed', () => {
    const [narrowest] = offers[0]?.choices ?? [];
    expect(grantedRules(offers, undefined, terms)).toEqual({
      agentId: 'ops',
      rules: [narrowest?.rule],
    });
  });

  it.each<[AlwaysLasts, number | null]>([
    ['15-minutes', now + 15 * 60_000],
    ['today', endOfDayMs],
    ['30-days', now + 30 * 24 * 3_600_000],
    ['until-removed', null],
  ])('%s ends at %s', (lasts, expiresAt) => {
    const selection = { scopes: ['exact-here'], lasts, everyAgent: false } as const;
    expect(grantedRules(offers, selection, terms)?.rules).toMatchObject([{ expiresAt }]);
  });

  it('for every agent: in the list of all', () => {
    const selection = { scopes: ['exact-here'], lasts: 'today', everyAgent: true } as const;
    expect(grantedRules(offers, selection, terms)?.agentId).toBe('*');
  });

  it('nothing where nothing was offered, or the selection does not fit', () => {
    const selection = { scopes: [null], lasts: 'today', everyAgent: false } as const;
    expect(grantedRules([], undefined, terms)).toBeNull();
    expect(grantedRules(offers, selection, terms)).toBeNull();
  });
});

const args = fc.array(fc.constantFrom('-a', 'x', 'x.y', 'xzy', '', 'a b', '.*', '\n', '(a|b)'), {
  maxLength: 3,
});
const program = fc.constantFrom('ls', 'du', 'cp', 'git', 'pytest');
const call = fc.record({ program, args });
const folder = fc.constantFrom('/work', '/work/sub', '/');
type Call = { readonly program: string; readonly args: readonly string[] };

const asSegment = (one: Call) => segment([one.program, ...one.args]);
const asPlan = (one: Call, cwd: string) =>
  frozenPlan({ argv: [one.program, ...one.args], executable: `/usr/bin/${one.program}`, cwd });

/** What the sentence of a choice says, read back from nothing but its scope. */
function says(scope: AlwaysScope, chosen: Call, asked: Call, cwd: string): boolean {
  const sameArgs = JSON.stringify(chosen.args) === JSON.stringify(asked.args);
  if (chosen.program !== asked.program) return false;
  if (scope === 'exact-anywhere') return sameArgs;
  return cwd === '/work' && (scope === 'any-arguments-here' || sameArgs);
}

describe('D8, AP-12: a stored rule (property)', () => {
  const scope = fc.constantFrom('exact-here', 'exact-anywhere', 'any-arguments-here', null);
  const lasts = fc.constantFrom<AlwaysLasts>('15-minutes', 'today', '30-days', 'until-removed');

  it('never allows more than the sentences that were chosen, nor for longer', () => {
    let allowed = 0;
    const selected = fc.record({
      calls: fc.array(call, { minLength: 1, maxLength: 3 }),
      wanted: fc.array(scope, { minLength: 3, maxLength: 3 }),
      lasts,
      asked: call,
      again: fc.nat(2),
      cwd: folder,
      later: fc.constantFrom(0, 15 * 60_000 - 1, 15 * 60_000, 3_600_000, 31 * 24 * 3_600_000),
    });
    fc.assert(
      fc.property(selected, ({ calls, wanted, cwd, later, ...rest }) => {
        const [first, ...others] = calls;
        if (first === undefined) return;
        const plan = frozenPlan(chain(asSegment(first), ...others.map(asSegment)));
        const { offers } = proposal(plan);
        const chosen = offers.map(({ choices }, at) =>
          choices.some((choice) => choice.scope === wanted[at]) ? (wanted[at] ?? null) : null,
        );
        const selection = { scopes: chosen, lasts: rest.lasts, everyAgent: false };
        const grant = grantedRules(offers, selection, terms);
        if (grant === null) return;
        const rules = grant.rules.map((rule, at): Rule => policyRule({ ...rule, id: `r${at}` }));
        const distinct = [...new Map(calls.map((one) => [JSON.stringify(one), one])).values()];
        for (const asked of [rest.asked, distinct[rest.again] ?? first]) {
          const policy = resolvedPolicy({ rules });
          const verdict = engine(asPlan(asked, cwd), policy, now + later);
          if (verdict.kind !== 'allow') continue;
          allowed += 1;
          const isSaid = chosen.some((one, at) => {
            const command = distinct[at];
            return one !== null && command !== undefined && says(one, command, asked, cwd);
          });
          expect(isSaid, JSON.stringify({ asked, calls, chosen, cwd })).toBe(true);
          const end = rules.map(({ expiresAt }) => expiresAt ?? Number.POSITIVE_INFINITY);
          expect(now + later).toBeLessThan(Math.max(...end));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(allowed).toBeGreaterThan(100);
  });

  it('has a sentence that names its program, and says what it leaves open', () => {
    fc.assert(
      fc.property(call, (one) => {
        const { offers } = proposal(asPlan(one, '/work'));
        for (const { rule } of offers.flatMap(({ choices }) => choices)) {
          expect(rule.sentence.startsWith(`/usr/bin/${one.program} `)).toBe(true);
          expect(rule.sentence.endsWith(', in any folder.')).toBe(rule.cwd === null);
          expect(rule.sentence.includes(' with any arguments,')).toBe(rule.argPattern === null);
        }
      }),
    );
  });
});
