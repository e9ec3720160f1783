import { describe, expect, it } from 'vitest';
import { explanationText as explained, listingText } from '#cli/policy-text.ts';
import { canonicalCommandText } from '#core/exec/command-text.ts';
import { listPolicy } from '#core/policy/listing.ts';
import type { PolicyExplanation } from '#protocol/control-policy.ts';
import { fakeHasher } from '#support/fakes.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

type Decided = Extract<PolicyExplanation, { kind: 'decided' }>;

const decided = (facts: Partial<Decided> = {}): Decided => ({
  kind: 'decided',
  verdict: 'prompt',
  layer: 'rules',
  why: 'No rule names it.',
  unproved: null,
  commandText: 'git status',
  agentId: 'main',
  cwd: '/work',
  executable: '/usr/bin/git',
  security: 'allowlist',
  ask: 'on-miss',
  segments: [
    {
      argv: ['git', 'status'],
      executable: '/usr/bin/git',
      allowedBy: null,
      ruleId: null,
      why: 'No rule names it.',
    },
  ],
  runs: { how: 'as-asked', argv: ['git', 'status'], cwd: '/work' },
  always: [],
  risks: [],
  envDropped: [],
  ...facts,
});

const explanationText = (explanation: PolicyExplanation) => explained(explanation, ['git']);

describe('explanationText', () => {
  it('says verdict, layer, reason, programs and what would run', () => {
    const rule = {
      pattern: '/usr/bin/git',
      argPattern: 'x',
      cwd: '/work',
      expiresAt: null,
      contentSha256: null,
    };
    const always = [{ sentence: '/usr/bin/git with exactly: status.', rule }];
    expect(
      explanationText(decided({ always, risks: ['It is risky.'], envDropped: ['LD_PRELOAD'] })),
    ).toBe(
      [
        'command      git status',
        'in           /work',
        'agent        main',
        'verdict      would ask',
        'decided by   rules',
        'because      No rule names it.',
        'program      /usr/bin/git: git status',
        'rule         No rule names it.',
        'would run    if a person allows it once, what was asked for: git status',
        'always       would store: /usr/bin/git with exactly: status.',
        'stores       {"pattern":"/usr/bin/git","argPattern":"x","cwd":"/work"}',
        'risk         It is risky.',
        'left out     LD_PRELOAD: requests may not set it',
        '',
      ].join('\n'),
    );
  });

  it('says when "always" is not offered, and what runs as proved', () => {
    expect(explanationText(decided())).toContain('always       not offered');
    const runs = { how: 'as-proved' as const, argv: ['/usr/bin/git', 'status'], cwd: '/work' };
    const allowed = explanationText(decided({ verdict: 'allow', runs }));
    expect(allowed).toContain('verdict      allowed\n');
    expect(allowed).toContain('would run    exactly /usr/bin/git status,');
    expect(allowed).not.toContain('always');
    const denied = explanationText(decided({ verdict: 'deny', runs: null }));
    expect(denied).toContain('would run    nothing\n');
  });

  it('names the one program where nothing was proved', () => {
    const text = explanationText(decided({ segments: [], executable: '/bin/dash' }));
    expect(text).toContain('program      /bin/dash\n');
  });

  it('marks the lines of a command, so that none looks like one of ours (AP-03)', () => {
    const text = explanationText(decided({ commandText: 'a\nverdict      allowed\u001B[2K' }));
    expect(text).toContain('command      a↵\n             │ verdict      allowed\\u{1B}[2K\n');
  });

  it('AP-03: breaks a script of an argument where its lines end, wherever it stands', () => {
    const argv = ['/bin/sh', '-lc', 'npm ci\nnpm test \\n'];
    const commandText = canonicalCommandText(argv);
    const asked = decided({ commandText, runs: { how: 'as-asked', argv, cwd: '/work' } });
    const shown = '/bin/sh -lc "npm ci↵\n             │ npm test \\\\n"\n';
    const text = explained(asked, argv);
    expect(text).toContain(`command      ${shown}`);
    expect(text).toContain(`would run    if a person allows it once, what was asked for: ${shown}`);
  });

  it('tells a request that no policy sees', () => {
    const text = explanationText({ kind: 'refused', reason: 'not-found', why: 'not found' });
    expect(text).toMatch(/^verdict +denied\ndecided by +Refused before any policy/);
  });
});

describe('listingText', () => {
  it('shows settings, rules and what waits, nothing of it able to steer the terminal', () => {
    const document = doc({
      agents: {
        main: {
          allowlist: [{ id: 'id-1', pattern: '/bin/\u001B[2K', expiresAt: 5, lastUsedAt: 4 }],
        },
      },
    });
    const listing = listPolicy(document, null, 10, fakeHasher);
    expect(listingText(listing, { problem: null, unconfirmed: ['New\u001B rule.'] })).toBe(
      [
        'Defaults: security allowlist · ask on-miss · without a person deny · skills off',
        '',
        'Every agent (*): security allowlist · ask on-miss · without a person deny · skills off',
        '  no rules',
        '',
        'Agent "main": security allowlist · ask on-miss · without a person deny · skills off',
        '  id-1',
        '    /bin/\\u{1B}[2K',
        '    with any arguments, in any folder, until 1970-01-01T00:00:00.005Z',
        '    expired · last used 1970-01-01T00:00:00.004Z · from the file',
        '',
        'Waits for confirmation, and is not in force:',
        '  New\\u{1B} rule.',
        'Put it in force with: openclaw-mac policy confirm',
        '',
      ].join('\n'),
    );
    expect(listingText(listing, { problem: 'It is broken.', unconfirmed: [] })).toMatch(
      /^It is broken\.\n\nDefaults/,
    );
  });

  it('shows a rule whose times are no times at all', () => {
    const entry = { pattern: '/bin/a', lastUsedAt: 1e300, expiresAt: Number.MAX_SAFE_INTEGER };
    const listing = listPolicy(
      doc({ agents: { main: { allowlist: [entry] } } }),
      null,
      0,
      fakeHasher,
    );
    const text = listingText(listing, { problem: null, unconfirmed: [] });
    expect(text).toContain('until 9007199254740991 ms');
    expect(text).toContain('last used 1e+300 ms');
  });
});
