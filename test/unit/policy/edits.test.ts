import { describe, expect, it } from 'vitest';
import { findTwin, ruleIds, withEntry, withoutEntries, withSettings } from '#core/policy/edits.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

type SetEdit = Extract<PolicyEdit, { kind: 'set' }>;

const git = { id: 'a', pattern: '/usr/bin/git', argPattern: 'status', cwd: '/work' };
const ls = { id: 'b', pattern: '/usr/bin/ls' };
const document = doc({
  socket: { path: '/s', token: 't' },
  defaults: { security: 'allowlist' },
  agents: {
    main: { ask: 'always', allowlist: [git, ls] },
    '*': { allowlist: [{ id: 'c', pattern: 'uname' }] },
  },
});

describe('adding a rule', () => {
  it('goes to the end of the list of its agent and changes nothing else', () => {
    const entry = { id: 'new', pattern: '/usr/bin/wc' };
    expect(withEntry(document, 'main', entry)).toEqual({
      ...document,
      agents: { ...document.agents, main: { ask: 'always', allowlist: [git, ls, entry] } },
    });
    expect(withEntry(document, 'ops', entry).agents?.ops).toEqual({ allowlist: [entry] });
    expect(withEntry(document, '*', entry).agents?.['*']?.allowlist).toHaveLength(2);
  });

  it('finds the agent under its stored name', () => {
    const entry = { id: 'new', pattern: '/usr/bin/wc' };
    const after = withEntry(document, ' default ', entry);
    expect(after.agents?.main?.allowlist).toContainEqual(entry);
    expect(Object.keys(after.agents ?? {})).toEqual(['main', '*']);
  });

  it('takes the place of the same rule and drops its end when it names none', () => {
    const old = { ...git, expiresAt: 5, lastUsedAt: 7 };
    const before = doc({ agents: { main: { allowlist: [old, ls] } } });
    const added = { ...git, source: 'openclaw-mac', createdAt: 9 };
    expect(findTwin(before, 'main', { ...added, id: 'other' })).toEqual(old);
    expect(withEntry(before, 'main', added).agents?.main?.allowlist).toEqual([
      { ...git, lastUsedAt: 7, source: 'openclaw-mac', createdAt: 9 },
      ls,
    ]);
  });

  it.each([
    ['other arguments', { argPattern: 'log' }],
    ['another folder', { cwd: '/other' }],
    ['another content', { contentSha256: 'f00' }],
    ['another program', { pattern: '/bin/git' }],
  ])('%s make another rule', (_, facts) => {
    expect(findTwin(document, 'main', { ...git, ...facts })).toBeUndefined();
    expect(withEntry(document, 'main', { ...git, ...facts }).agents?.main?.allowlist).toHaveLength(
      3,
    );
  });
});

describe('removing rules', () => {
  it('takes them out of every list, and nothing else', () => {
    const after = withoutEntries(document, { kind: 'remove', ruleIds: ['a', 'c'] });
    expect(after).toEqual({
      ...document,
      agents: { main: { ask: 'always', allowlist: [ls] }, '*': { allowlist: [] } },
    });
    expect(ruleIds(document)).toEqual(['a', 'b', 'c']);
    expect(ruleIds(after)).toEqual(['b']);
  });

  it('leaves agents without a list and rules without an id alone', () => {
    const odd = doc({ agents: { x: { ask: 'off' }, y: { allowlist: [{ pattern: 'uname' }] } } });
    expect(withoutEntries(odd, { kind: 'remove', ruleIds: ['undefined'] })).toEqual(odd);
  });
});

describe('changing settings', () => {
  it('writes what is named into the defaults or into one agent', () => {
    const settings = { ask: 'off', security: undefined } as const;
    expect(withSettings(document, { kind: 'set', agentId: null, settings }).defaults).toEqual({
      security: 'allowlist',
      ask: 'off',
    });
    expect(withSettings(document, { kind: 'set', agentId: 'main', settings }).agents?.main).toEqual(
      { ask: 'off', allowlist: [git, ls] },
    );
    expect(withSettings(document, { kind: 'set', agentId: 'new', settings }).agents?.new).toEqual({
      ask: 'off',
    });
  });

  it('takes out what is to be inherited again, and makes no level for that', () => {
    const set = (agentId: string | null, settings: SetEdit['settings'], before = document) =>
      withSettings(before, { kind: 'set', agentId, settings });
    expect(set('main', { ask: null, security: 'deny' }).agents?.main).toEqual({
      security: 'deny',
      allowlist: [git, ls],
    });
    expect(set(null, { security: null }).defaults).toEqual({});
    expect(set('new', { ask: null })).toBe(document);
    const empty = doc({});
    expect(set(null, { ask: null }, empty)).toBe(empty);
  });
});
