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
      'Agent "main": new rule for "/usr/bin/git" with any arguments, in any folder, without an end.',
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
    [
      'a blank argument pattern, which the store drops',
      withEntry({ argPattern: 'status' }),
      withEntry({ argPattern: ' ' }),
      'new rule for "/usr/bin/git" with any arguments',
    ],
    [
      'a name that breaks the line',
      doc(),
      withEntry({ pattern: '/bin/x\nThe defaults: security goes from full to deny.' }),
      '"/bin/x\\u{A}The defaults',
    ],
    [
      'a rule has a wildcard',
      doc(),
      withEntry({ pattern: '/usr/bin/*', cwd: '/w' }),
      'new rule for every program that matches "/usr/bin/*" with any arguments, only in /w,',
    ],
    [
      'another content, told apart by its hash',
      withEntry({ contentSha256: 'a'.repeat(64) }),
      withEntry({ contentSha256: 'b'.repeat(64) }),
      `while its content stays the same (sha256 ${'b'.repeat(24)})`,
    ],
    [
      'other exact arguments, told apart by their hash',
      withEntry({ argPattern: `sha256:cwd-argv:v1:${'a'.repeat(64)}` }),
      withEntry({ argPattern: `sha256:cwd-argv:v1:${'b'.repeat(64)}` }),
      `with one exact list of arguments (sha256 ${'b'.repeat(24)})`,
    ],
    [
      'a rule is for everything',
      doc(),
      withEntry({ pattern: '*' }),
      'new rule for every program ("*") with any arguments',
    ],
    [
      'a rule names a program without its folder',
      doc(),
      withEntry({ pattern: 'git', argPattern: '^status$' }),
      'new rule for any program found as "git" with arguments that match ^status$, in any folder',
    ],
    [
      'a rule is for exact arguments',
      doc(),
      withEntry({ argPattern: 'sha256:cwd-argv:v1:x' }),
      'with one exact list of arguments',
    ],
    [
      'a rule has a wider wildcard',
      withEntry({ pattern: '/a/*' }),
      withEntry({ pattern: '/a/**' }),
      'new rule',
    ],
    [
      'a rule matches other arguments',
      withEntry({ argPattern: '^a$' }),
      withEntry({ argPattern: '^a' }),
      'new rule',
    ],
    [
      // One for any arguments leaves out those that run another program.
      'a rule for any arguments becomes one for some',
      withEntry({}),
      withEntry({ argPattern: '^-c ' }),
      'new rule',
    ],
    [
      'a rule is for a script of other content',
      withEntry({ contentSha256: 'a' }),
      withEntry({ contentSha256: 'b' }),
      'while its content stays the same',
    ],
    ['a rule loses its content', withEntry({ contentSha256: 'a' }), withEntry({}), 'new rule'],
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
      'wider rule for "/usr/bin/git" with any arguments, in any folder, until 1970-01-01T00:00:02.000Z.',
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
      { numRuns: 1_000 },
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
      { numRuns: 1_000 },
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
    for (const run of modelRuns) {
      const hit = policy.rules.some((rule) => matchesModel(rule, run));
      if (runsAlone(policy, hit)) found.add(`${agent} ${run.text}`);
    }
  }
  return found;
}

interface ModelRun {
  readonly program: string;
  readonly args: string;
  readonly cwd: string;
  readonly content: string;
  readonly now: number;
  readonly text: string;
}

const modelRuns: readonly ModelRun[] = ['/bin/a', '/bin/b', '/opt/a'].flatMap((program) =>
  ['sha256:cwd-argv:v1:1', '-v x', '-c sh'].flatMap((args) =>
    ['/x', '/y', '/z'].flatMap((cwd) =>
      ['c1', 'c3'].flatMap((content) =>
        [50, 150, 250].map((now) => {
          const text = [program, args, cwd, content, now].join(' ');
          return { program, args, cwd, content, now, text };
        }),
      ),
    ),
  ),
);

function matchesModel(rule: Rule, run: ModelRun): boolean {
  return (
    namesModel(rule, run) &&
    (rule.cwd ?? run.cwd) === run.cwd &&
    (rule.contentSha256 ?? run.content) === run.content &&
    (rule.expiresAt ?? 1_000) > run.now
  );
}

const known = new Map<string, boolean>();

function namesModel({ pattern, argPattern }: Rule, { program, args }: ModelRun): boolean {
  const key = [pattern, argPattern, program, args].join('\0');
  const answer = known.get(key) ?? namedByModel(pattern, argPattern, program, args);
  known.set(key, answer);
  return answer;
}

/** As the engine does: any arguments are not those that run another program. */
function namedByModel(
  pattern: string,
  argPattern: string | null,
  program: string,
  args: string,
): boolean {
  const name = program.slice(program.lastIndexOf('/') + 1);
  const glob = pattern.replaceAll('**', '.+').replaceAll(/(?<!\.)\*/g, '[^/]+');
  const named =
    pattern === name ||
    (pattern === '*' && argPattern === null) ||
    new RegExp(`^${glob}$`).test(program);
  if (!named) return false;
  if (argPattern === null) return !args.startsWith('-c');
  return argPattern.startsWith('sha256:') ? argPattern === args : new RegExp(argPattern).test(args);
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
