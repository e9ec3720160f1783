import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrowDocument } from '#core/policy/narrower.ts';
import { createPolicyResolver } from '#core/policy/resolve.ts';
import type { ResolvedPolicy, Rule } from '#core/policy/types.ts';
import { describeWidening } from '#core/policy/widening.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { anyDocument } from '#support/policy-arbitraries.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

const git = { id: '1', pattern: '/usr/bin/git' };
const withEntry = (entry: object) =>
  doc({ agents: { main: { allowlist: [{ ...git, ...entry }] } } });

describe('describeWidening (S17)', () => {
  it.each<[string, ApprovalsDocument, ApprovalsDocument, string]>([
    [
      'security rises',
      doc(),
      doc({ defaults: { security: 'full' } }),
      'security goes from allowlist to full',
    ],
    [
      'an agent override is removed',
      doc({ agents: { ops: { security: 'deny' } } }),
      doc(),
      'Agent "ops": security goes from deny to allowlist.',
    ],
    [
      'a wildcard override is removed',
      doc({ agents: { '*': { ask: 'always' } } }),
      doc({ agents: {} }),
      'Every agent (*): ask goes from always to on-miss',
    ],
    ['a person is asked less', doc(), doc({ agents: { main: { ask: 'off' } } }), 'asked less'],
    [
      'the fallback opens',
      doc(),
      doc({ defaults: { askFallback: 'full' } }),
      'askFallback goes from deny to full',
    ],
    ['skills are allowed', doc(), doc({ defaults: { autoAllowSkills: true } }), 'autoAllowSkills'],
    [
      'a refused miss falls to an open fallback',
      doc({ defaults: { ask: 'off', askFallback: 'full' } }),
      doc({ defaults: { ask: 'on-miss', askFallback: 'full' } }),
      'where askFallback full now decides',
    ],
    [
      'a rule is new',
      doc(),
      withEntry({}),
      'Agent "main": new rule for "/usr/bin/git" with any arguments.',
    ],
    [
      'a rule loses its arguments',
      withEntry({ argPattern: 'sha256:x' }),
      withEntry({}),
      'new rule',
    ],
    [
      'a rule changes its arguments',
      withEntry({ argPattern: 'a' }),
      withEntry({ argPattern: 'b' }),
      'new rule',
    ],
    ['a rule loses its folder', withEntry({ cwd: '/w' }), withEntry({}), 'wider rule'],
    [
      'a rule moves to another folder',
      withEntry({ cwd: '/w' }),
      withEntry({ cwd: '/v' }),
      'wider rule',
    ],
    [
      'an expiry is extended',
      withEntry({ expiresAt: 1_000 }),
      withEntry({ expiresAt: 2_000 }),
      'wider rule for "/usr/bin/git" with any arguments until 1970-01-01T00:00:02.000Z.',
    ],
    ['an expiry is removed', withEntry({ expiresAt: 1_000 }), withEntry({}), 'wider rule'],
    ['an inert rule comes alive', withEntry({ source: 'allow-always' }), withEntry({}), 'new rule'],
    [
      'a rule of one agent is given to all',
      withEntry({}),
      doc({ agents: { '*': { allowlist: [git] } } }),
      'Every agent (*): new rule',
    ],
    ['an unknown setting appears', doc(), doc({ trustAll: true }), 'does not know'],
    [
      'an unknown setting disappears',
      doc({ agents: { main: { only: [] } } }),
      doc({ agents: { main: {} } }),
      'does not know',
    ],
    ['a rule gains an unknown member', withEntry({}), withEntry({ recursive: true }), 'new rule'],
    [
      'the socket token changes',
      doc({ socket: { token: 'a' } }),
      doc({ socket: { token: 'b' } }),
      'token',
    ],
    [
      'the socket path changes',
      doc({ socket: { path: '/a' } }),
      doc({ socket: { path: '/b' } }),
      'path',
    ],
    [
      'the old agent name brings settings to main',
      doc({ agents: { '*': { security: 'full' }, main: { security: 'deny' } } }),
      doc({ agents: { '*': { security: 'deny' }, main: {}, default: { security: 'full' } } }),
      'Agent "main": security goes from deny to full',
    ],
    [
      'an expiry is beyond any date',
      doc(),
      withEntry({ expiresAt: Number.MAX_SAFE_INTEGER }),
      'new rule',
    ],
  ])('says so when %s', (_what, before, after, sentence) => {
    expect(describeWidening(before, after).join('\n')).toContain(sentence);
  });

  it.each<[string, ApprovalsDocument, ApprovalsDocument]>([
    ['security falls', doc(), doc({ defaults: { security: 'deny' } })],
    ['more is asked', doc(), doc({ agents: { main: { ask: 'always' } } })],
    ['a rule goes away', withEntry({}), doc({ agents: { main: {} } })],
    ['a rule gains a folder', withEntry({}), withEntry({ cwd: '/w' })],
    ['a rule gains an expiry', withEntry({}), withEntry({ expiresAt: 1_000 })],
    [
      'a rule of all becomes one agent’s',
      doc({ agents: { '*': { allowlist: [git] } } }),
      withEntry({}),
    ],
    ['a use is noted', withEntry({}), withEntry({ lastUsedAt: 1, lastUsedCommand: 'x', id: '2' })],
    ['the socket is left out', doc({ socket: { path: '/a', token: 't' } }), doc()],
    [
      'an agent gets the settings it has',
      doc(),
      doc({ agents: { ops: { security: 'allowlist' } } }),
    ],
  ])('is silent when %s', (_what, before, after) => {
    expect(describeWidening(before, after)).toEqual([]);
  });

  it('is silent about a document and itself', () => {
    fc.assert(
      fc.property(anyDocument, (a) => {
        expect(describeWidening(a, a)).toEqual([]);
      }),
    );
  });

  it('speaks whenever some agent may do something without a person that it might not before', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, (before, after) => {
        if (isSubset(allowed(after), allowed(before))) return;
        expect(describeWidening(before, after)).not.toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('narrowDocument (S17)', () => {
  it('allows nothing that either document does not allow', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, (held, edited) => {
        const both = narrowDocument(held, edited);
        expect(describeWidening(held, both)).toEqual([]);
        expect(describeWidening(edited, both)).toEqual([]);
        expect(isSubset(allowed(both), allowed(held))).toBe(true);
        expect(isSubset(allowed(both), allowed(edited))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps what both allow', () => {
    const held = doc({ agents: { main: { security: 'full', allowlist: [git] } } });
    const edited = doc({ agents: { main: { security: 'allowlist', allowlist: [git] } } });
    const policy = createPolicyResolver(narrowDocument(held, edited))('main');
    expect(policy).toMatchObject({ security: 'allowlist', ask: 'on-miss' });
    expect(policy.rules).toHaveLength(1);
  });
});

function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((member) => whole.has(member));
}

/** An independent model of exec-ipc §3.4: who may run what with nobody there to answer. */
function allowed(document: ApprovalsDocument): Set<string> {
  const resolve = createPolicyResolver(document);
  const found = new Set<string>();
  for (const agent of ['main', 'ops', 'nobody', '__proto__']) {
    const policy = resolve(agent);
    if (policy.autoAllowSkills) found.add(`${agent} skills`);
    for (const pattern of ['/bin/a', '/bin/b', '/bin/c']) {
      for (const args of ['sha256:cwd-argv:v1:1', 'sha256:cwd-argv:v1:2', 'other']) {
        for (const cwd of ['/x', '/y', '/z']) {
          for (const now of [50, 150, 250]) {
            const hit = policy.rules.some((rule) => matchesModel(rule, pattern, args, cwd, now));
            if (runsAlone(policy, hit)) found.add(`${agent} ${pattern} ${args} ${cwd} ${now}`);
          }
        }
      }
    }
  }
  return found;
}

function matchesModel(
  rule: Rule,
  pattern: string,
  args: string,
  cwd: string,
  now: number,
): boolean {
  return (
    rule.pattern === pattern &&
    (rule.argPattern ?? args) === args &&
    (rule.cwd ?? cwd) === cwd &&
    (rule.expiresAt ?? 1_000) > now
  );
}

function runsAlone(policy: ResolvedPolicy, hit: boolean): boolean {
  if (policy.security === 'deny') return false;
  const asks =
    policy.ask === 'always' ||
    (policy.ask === 'on-miss' && policy.security === 'allowlist' && !hit);
  if (!asks) return policy.security === 'full' || hit;
  const fallback = policy.askFallback;
  return fallback === 'full' ? true : fallback === 'allowlist' && hit;
}
