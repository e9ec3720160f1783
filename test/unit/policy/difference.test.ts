import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDifference } from '#core/policy/difference.ts';
import { anyDocument } from '#support/policy-arbitraries.ts';
import { approvalsDocument as doc } from '#support/policy-fixtures.ts';

const git = { id: 'a', pattern: '/usr/bin/git' };

describe('describeDifference', () => {
  it('names every setting and rule that differs, wider or narrower', () => {
    const before = doc({
      defaults: { security: 'allowlist' },
      agents: {
        main: { ask: 'off', allowlist: [git, { pattern: 'uname', expiresAt: 0 }] },
        gone: { allowlist: [{ pattern: '/bin/a', argPattern: 'x', cwd: '/w' }] },
      },
    });
    const after = doc({
      defaults: { security: 'deny', autoAllowSkills: true },
      agents: {
        main: { allowlist: [{ ...git, lastUsedAt: 7 }, { pattern: 'uname' }] },
        '*': { allowlist: [{ pattern: '/bin/b', argPattern: 'sha256:cwd-argv:v1:0' }] },
      },
    });
    expect(describeDifference(before, after)).toEqual([
      'The defaults: security goes from allowlist to deny.',
      'The defaults: autoAllowSkills goes from not set to true.',
      'Agent "main": ask goes from off to not set.',
      'Agent "main": the rule "uname" with any arguments, in any folder, without an end was until 1970-01-01T00:00:00.000Z so far.',
      'Agent "gone": the rule "/bin/a" with arguments that match x, only in /w, without an end is removed.',
      'Every agent (*): the rule "/bin/b" with one exact list of arguments (sha256 0), in any folder, without an end is added.',
    ]);
  });

  it('says nothing about a document and itself, and never throws', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, (a, b) => {
        expect(describeDifference(a, structuredClone(a))).toEqual([]);
        describeDifference(a, b);
      }),
    );
  });
});
