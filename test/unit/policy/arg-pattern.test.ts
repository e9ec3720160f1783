import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { fakeHasher } from '#support/fakes.ts';

const pattern = (cwd: string, args: readonly string[]) => cwdArgvPattern(cwd, args, fakeHasher);

describe('cwdArgvPattern', () => {
  it('makes what other implementations of the format make', () => {
    expect(pattern('/workspace', ['hello world', ''])).toBe(
      'sha256:cwd-argv:v1:2b4f4aed226aa1fd771c852b8f74e4c162d440aafaf60bfef19746f3b2ee5890',
    );
  });

  it('counts lengths in UTF-8 bytes', () => {
    const hex = fakeHasher.sha256Hex('3\0/é\x001\x002\0ü\0');
    expect(pattern('/é', ['ü'])).toBe(`sha256:cwd-argv:v1:${hex}`);
  });

  it.each([
    [[], ['']],
    [[''], ['', '']],
    [['a b'], ['a', 'b']],
    [['a', ''], ['a']],
  ])('tells %j from %j', (one, other) => {
    expect(pattern('/w', one)).not.toBe(pattern('/w', other));
  });

  it('is the same only for the same folder and arguments', () => {
    const args = fc.array(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 3 });
    const cwd = fc.constantFrom('/', '/w', '/w\0', '/é');
    fc.assert(
      fc.property(cwd, args, cwd, args, (cwdA, a, cwdB, b) => {
        const same = cwdA === cwdB && JSON.stringify(a) === JSON.stringify(b);
        expect(pattern(cwdA, a) === pattern(cwdB, b)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });
});
