import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileArgPattern, cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { newRule } from '#core/policy/new-rule.ts';
import { systemHasher as hasher } from '#host/system.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';

type AddEdit = Extract<PolicyEdit, { kind: 'add' }>;

const deps = { hasher, home: '/home/me', nowMs: 1_000, id: 'id-1', source: 'openclaw-mac' };
const edit = (facts: Partial<AddEdit> = {}): AddEdit => ({
  kind: 'add',
  agentId: 'main',
  pattern: '/usr/bin/git',
  args: { kind: 'any' },
  cwd: null,
  expiresAt: null,
  ...facts,
});
const exact = (...args: string[]) => ({ args: { kind: 'exact' as const, args } });

describe('a new rule', () => {
  it('holds what was asked for, who made it and when', () => {
    expect(newRule(edit(), deps)).toEqual({
      id: 'id-1',
      pattern: '/usr/bin/git',
      source: 'openclaw-mac',
      createdAt: 1_000,
    });
    const args = { kind: 'regex', regex: 'log( --oneline)?' } as const;
    expect(
      newRule(edit({ pattern: ' git ', args, cwd: '/work', expiresAt: 1_001 }), deps),
    ).toMatchObject({
      pattern: 'git',
      argPattern: 'log( --oneline)?',
      cwd: '/work',
      expiresAt: 1_001,
    });
  });

  it('binds exact arguments to their folder as "always" does', () => {
    const { argPattern } = newRule(edit({ ...exact('push', '--force'), cwd: '/work' }), deps);
    expect(argPattern).toBe(cwdArgvPattern('/work', ['push', '--force'], hasher));
  });

  it('matches exactly the arguments it names, in any folder', () => {
    const arg = fc.oneof(
      fc.constantFrom('', ' ', '.', '.*', '\\', '$(x)', 'a|b', '[a]', 'é', '-', 'a'),
      fc.string({ maxLength: 4 }).filter((text) => !text.includes('\0')),
    );
    const list = fc.array(arg, { maxLength: 4 });
    fc.assert(
      fc.property(list, list, (args, other) => {
        let pattern: string | undefined;
        try {
          pattern = newRule(edit(exact(...args)), deps).argPattern;
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
          return;
        }
        const compiled = compileArgPattern(pattern ?? '');
        if (!compiled.ok) throw new Error(compiled.problem);
        expect(compiled.matches(args)).toBe(true);
        expect(compiled.matches(other)).toBe(JSON.stringify(args) === JSON.stringify(other));
      }),
      { numRuns: 500 },
    );
  });

  it('does not store arguments it cannot tell from others', () => {
    expect(() => newRule(edit(exact('', '')), deps)).toThrow('add --cwd');
    expect(newRule(edit({ ...exact('', ''), cwd: '/work' }), deps).argPattern).toMatch(/^sha256:/);
    expect(() => newRule(edit(exact('x'.repeat(600))), deps)).toThrow('add --cwd');
  });

  it.each<[string, Partial<AddEdit>, string]>([
    ['a shell', { pattern: '/bin/bash' }, 'bash runs what its arguments say'],
    ['an interpreter by name', { pattern: 'python3.12' }, 'python3.12 runs what'],
    ['a carrier behind a wildcard', { pattern: '/opt/*/env' }, 'env runs what'],
    ['an empty pattern', { pattern: '  ' }, 'No program can ever match'],
    ['a path that climbs', { pattern: '/usr/../bin/x' }, 'No program can ever match'],
    ['a relative path', { pattern: 'bin/x' }, 'No program can ever match'],
    ['a command marker', { pattern: '=command:x' }, 'No program can ever match'],
    ['a broken expression', { args: { kind: 'regex', regex: '(' } }, 'The argument pattern is not'],
    [
      'look-behind',
      { args: { kind: 'regex', regex: '(?<=a)b' } },
      'cannot be matched in linear time',
    ],
    ['a generated form', { args: { kind: 'regex', regex: 'sha256:cwd-argv:v1:0' } }, 'a marker'],
    ['a folder that is no path', { cwd: 'work' }, '"work" is not a directory'],
    ['an end in the past', { expiresAt: 1_000 }, 'expired already'],
    ['a name no agent has', { agentId: '__proto__' }, 'cannot be the name of an agent'],
    ['no name', { agentId: ' ' }, 'cannot be the name of an agent'],
  ])('refuses %s', (_, facts, message) => {
    expect(() => newRule(edit(facts), deps)).toThrow(message);
  });
});
