import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skillBin } from '#core/policy/skill-bins.ts';

const bins: ReadonlySet<string> = new Set(['gh', 'summarize', 'jq', 'python3', 'bash', 'sips']);

/** A call by bare name, found where that name usually is. */
const call = (called: string, executable = `/opt/homebrew/bin/${called}`, arg = '--version') => ({
  argv: [called, arg] as const,
  executable,
  byName: !called.includes('/'),
});

const refusal = (invocation: ReturnType<typeof call>, names = bins) => {
  const answer = skillBin(invocation, names);
  return answer.ok ? null : answer.why;
};

describe('a program of a skill (exec-ipc §5.9)', () => {
  it.each(['gh', 'summarize', 'jq'])('%s counts when it is called by its name', (name) => {
    expect(skillBin(call(name), bins)).toEqual({ ok: true });
  });

  it('counts wherever the search path finds it, also through a link of the same name', () => {
    expect(refusal(call('gh', '/opt/homebrew/Cellar/gh/2.62.0/bin/gh'))).toBeNull();
  });

  it('is compared by its lower-cased name, and keeps its own spelling', () => {
    expect(refusal(call('Sips', '/usr/bin/Sips'))).toBeNull();
    expect(refusal(call('Sips', '/usr/bin/sips'))).toContain('another name');
  });

  it('is none that no skill named, and nothing counts while no Gateway is connected', () => {
    expect(refusal(call('git'))).toBe('No skill of the Gateway brings a program named "git".');
    expect(refusal(call('gh'), new Set())).toContain('No skill of the Gateway');
  });

  it.each(['/opt/homebrew/bin/gh', './gh', '../bin/gh', '~/gh', 'bin/gh'])(
    'does not count when it is called as %s (S15)',
    (called) => {
      expect(refusal(call(called, '/opt/homebrew/bin/gh'))).toContain('without a path');
    },
  );

  it('does not count when the caller of this function says it was called by path', () => {
    expect(refusal({ ...call('gh'), byName: false })).toContain('without a path');
  });

  it.each([
    ['bash', '/bin/bash'],
    ['python3', '/usr/bin/python3'],
  ])('%s at %s never counts: it runs what its arguments say (S7)', (called, executable) => {
    expect(refusal(call(called, executable))).toContain('runs what its arguments say');
  });

  it.each([
    ['gh', '/usr/bin/python3.12'],
    ['jq', '/bin/busybox'],
    ['gh', '/opt/GH'],
  ])('%s does not count when it leads to %s', (called, executable) => {
    expect(refusal(call(called, executable))).toContain('another name');
  });

  it('does not count with arguments that have it run something else (S10)', () => {
    const rg = new Set(['rg']);
    expect(refusal(call('rg', '/usr/bin/rg', '--pre=/tmp/evil'), rg)).toContain(
      'does not cover that',
    );
    expect(refusal(call('rg', '/usr/bin/rg', 'text'), rg)).toBeNull();
  });

  it('does not count when its name leads to a program of another name', () => {
    expect(refusal(call('gh', '/home/me/.local/share/evil'))).toBe(
      '"gh" is another name than that of /home/me/.local/share/evil.',
    );
  });

  it('is decided for every input: what is allowed was named, by name, under its own name', () => {
    const word = fc.oneof(fc.constantFrom(...bins, './gh', '', '/'), fc.string());
    fc.assert(
      fc.property(word, word, fc.boolean(), (called, executable, byName) => {
        const path = `/opt/${executable}`;
        const { ok } = skillBin({ argv: [called], executable: path, byName }, bins);
        if (!ok) return;
        expect(byName && bins.has(called.toLowerCase()) && path.endsWith(`/${called}`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
