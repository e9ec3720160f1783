import { describe, expect, it } from 'vitest';
import { anywherePattern, cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { withReplaced } from '#core/policy/edits.ts';
import { replacedRule } from '#core/policy/replaced-rule.ts';
import type { AllowlistEntry } from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { fakeHasher as hasher } from '#support/fakes.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

type Facts = Omit<Extract<PolicyEdit, { kind: 'replace' }>, 'kind' | 'ruleId'>;

const deps = { hasher, home: '/home/me', nowMs: 1_000, id: 'new', source: 'settings' };
const made = { id: 'new', source: 'settings', createdAt: 1_000 };

const log: AllowlistEntry = {
  id: 'a',
  pattern: '/usr/bin/git',
  argPattern: cwdArgvPattern('/w', ['log'], hasher),
  cwd: '/w',
  grantedArgs: ['log'],
  expiresAt: 5_000,
  contentSha256: 'c1',
  source: 'allow-always',
  createdAt: 3,
  lastUsedAt: 7,
};
const { grantedArgs: _, ...hashed } = log;

const replaced = (facts: Facts, entry: AllowlistEntry = log) =>
  replacedRule({ kind: 'replace', ruleId: 'a', ...facts }, { owner: 'main', entry }, deps);

describe('a rule that is edited', () => {
  it('stays that rule, with its history, as long as it allows the same', () => {
    expect(replaced({})).toEqual({ owner: 'main', entry: log });
    expect(replaced({ expiresAt: 9_000, agentId: 'default' })).toEqual({
      owner: 'main',
      entry: { ...log, expiresAt: 9_000 },
    });
    const { expiresAt: __, ...endless } = log;
    expect(replaced({ agentId: ' ops ', expiresAt: null })).toEqual({
      owner: 'ops',
      entry: endless,
    });
    const said: Facts = {
      pattern: ' /usr/bin/git ',
      args: { kind: 'exact', args: ['log'] },
      cwd: '/w',
    };
    expect(replaced(said).entry).toEqual(log);
  });

  it('begins anew once it allows something else: another id, never used, from whoever edited it', () => {
    expect(replaced({ args: { kind: 'exact', args: ['push', 'a b'] } }).entry).toEqual({
      pattern: '/usr/bin/git',
      argPattern: cwdArgvPattern('/w', ['push', 'a b'], hasher),
      cwd: '/w',
      grantedArgs: ['push', 'a b'],
      expiresAt: 5_000,
      contentSha256: 'c1',
      ...made,
    });
    // As "always": entries of its own without arguments are inert.
    expect(replaced({ args: { kind: 'any' }, cwd: null, expiresAt: null }).entry).toEqual({
      pattern: '/usr/bin/git',
      contentSha256: 'c1',
      ...made,
    });
  });

  it('keeps what is not named, also what this version does not know', () => {
    const odd = { ...log, onlyOnMondays: true };
    expect(replaced({ pattern: '/bin/git' }, odd).entry).toEqual({
      pattern: '/bin/git',
      argPattern: log.argPattern,
      cwd: '/w',
      grantedArgs: ['log'],
      expiresAt: 5_000,
      onlyOnMondays: true,
      ...made,
    });
    expect(replaced({ expiresAt: 9_000 }, odd).entry).toEqual({ ...odd, expiresAt: 9_000 });
    // The content was that of the other program.
    expect(replaced({ pattern: '/bin/git' }).entry).not.toHaveProperty('contentSha256');
    // An end that is over stays; nobody chose it now.
    expect(replaced({ cwd: '/x' }, { ...log, expiresAt: 5 }).entry.expiresAt).toBe(5);
  });

  it('takes arguments it knows along to another folder', () => {
    expect(replaced({ cwd: '/x' }).entry).toMatchObject({
      argPattern: cwdArgvPattern('/x', ['log'], hasher),
      grantedArgs: ['log'],
    });
    const anywhere = replaced({ cwd: null }).entry;
    expect(anywhere.argPattern).toBe(anywherePattern(['log']));
    expect(anywhere).not.toHaveProperty('grantedArgs');
    expect(replaced({ cwd: '/w' }, { ...anywhere, id: 'a' }).entry.argPattern).toBe(log.argPattern);
  });

  it('keeps a pattern in any folder, and a hash only in its own', () => {
    const pattern = { id: 'a', pattern: '/usr/bin/git', argPattern: 'log .*' };
    expect(replaced({ cwd: '/x' }, pattern).entry).toMatchObject({ argPattern: 'log .*' });
    expect(replaced({ pattern: '/bin/git' }, hashed).entry.argPattern).toBe(log.argPattern);
    expect(replaced({ args: { kind: 'any' }, cwd: '/x' }, hashed).entry.cwd).toBe('/x');
    for (const cwd of ['/x', null]) {
      expect(() => replaced({ cwd }, hashed)).toThrow('known as a hash only');
    }
  });

  it('stores no secret beside its hash (S30)', () => {
    const args = ['--token=ghp_0123456789abcdefghijklmnopqrstuvwxyz'];
    const { entry } = replaced({ args: { kind: 'exact', args } });
    expect(entry.argPattern).toBe(cwdArgvPattern('/w', args, hasher));
    expect(entry).not.toHaveProperty('grantedArgs');
  });

  it.each<[string, Facts, AllowlistEntry, string]>([
    ['a shell', { pattern: '/bin/sh' }, log, 'would allow anything'],
    ['a shell that somebody wrote by hand', { cwd: '/x' }, { ...log, pattern: 'sh' }, 'would'],
    ['nothing', { pattern: ' ' }, log, 'No program can ever match'],
    ['half a folder', { cwd: 'x' }, log, 'is not a directory'],
    ['an end that is over', { expiresAt: 1_000 }, log, 'expired already'],
    ['no agent', { agentId: '__proto__' }, log, 'cannot be the name'],
    ['a bad expression', { args: { kind: 'regex', regex: '(' } }, log, 'The argument pattern'],
  ])('is refused as a new one: %s', (__, facts, entry, sentence) => {
    expect(() => replaced(facts, entry)).toThrow(sentence);
  });
});

describe('the document of a rule that is edited', () => {
  const [b, c] = [
    { id: 'b', pattern: '/bin/b' },
    { id: 'c', pattern: '/bin/c' },
  ];
  const document = doc({ agents: { main: { ask: 'off', allowlist: [b, log, c] } } });

  it('has it in its place, or at the end of the list of another agent', () => {
    const entry = { id: 'new', pattern: '/bin/n' };
    expect(withReplaced(document, 'a', { owner: 'main', entry }).agents).toEqual({
      main: { ask: 'off', allowlist: [b, entry, c] },
    });
    expect(withReplaced(document, 'b', { owner: 'ops', entry }).agents).toEqual({
      main: { ask: 'off', allowlist: [log, c] },
      ops: { allowlist: [entry] },
    });
  });

  it('stays as it is where the rule is not in it', () => {
    expect(withReplaced(document, 'x', { owner: 'main', entry: b })).toBe(document);
  });
});
