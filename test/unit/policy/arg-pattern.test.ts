import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileArgPattern, cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { fakeHasher } from '#support/fakes.ts';
import { cheapestMs } from '#support/timing.ts';

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

const fits = (argPattern: string, args: readonly string[]): boolean => {
  const read = compileArgPattern(argPattern);
  return read.ok && read.matches(args);
};

describe('compileArgPattern', () => {
  it.each([
    ['status', ['status']],
    ['^status$', ['status']],
    ['log -n \\d{1,3}', ['log', '-n', '12']],
    ['a|b', ['b']],
    ['\\-\\-flag=.*', ['--flag=x']],
    ['', []],
    ['\\[:upper:\\]', ['[:upper:]']],
    ['a\0b\0', ['a', 'b']],
    ['a b\0', ['a b']],
    ['\0\0', []],
    ['\0', ['']],
    ['(?:[^\0]*\0){2}', ['a b', '']],
  ])('%j matches %j', (argPattern, args) => {
    expect(fits(argPattern, args)).toBe(true);
  });

  it.each([
    ['status', ['status', '--porcelain']],
    ['status', ['xstatus']],
    ['a|b', ['ab']],
    ['^a|b$', ['a', 'x', 'b']],
    ['a', []],
    ['', ['']],
    ['STATUS', ['status']],
    ['a b', ['a', 'c']],
  ])('S15: %j does not match %j', (argPattern, args) => {
    expect(fits(argPattern, args)).toBe(false);
  });

  it.each([
    ['a b', ['a b']],
    ['a.b', ['a\tb']],
    ['a.b', ['a\u00a0b']],
    ['a .*', ['a', '']],
    ['.*', ['a\nb']],
    ['a\0b\0', ['a\0b']],
    ['\0\0', ['', '']],
  ])('S15: with %j, %j cannot pass for another list', (argPattern, args) => {
    expect(fits(argPattern, args)).toBe(false);
  });

  it.each([
    `sha256:cwd-argv:v1:${'0'.repeat(64)}`,
    `sha256:argv:${'0'.repeat(64)}`,
    'sha256:.*',
    '=command:0123456789abcdef',
    '=node-command:.*',
  ])('the marker %j is no expression', (argPattern) => {
    expect(compileArgPattern(argPattern)).toMatchObject({ ok: false });
    expect(fits(argPattern, [argPattern])).toBe(false);
  });

  it.each([
    '(?=a)a',
    '(?<=a)b',
    '(?<!a)b',
    '(a)\\1',
    '(',
    '[',
    'a**',
    '(?i)a',
    '(?P<n>a)',
    '\\Aa',
    '\\Qa\\E',
    '[[:alpha:]]',
    '[[:word:]|[x]',
    '[]|[x]',
    '[^]|[x]',
    'a{1001}',
    '(?:a{100}){100}',
    `${'a{90}'.repeat(20)}`,
    `(?:${'ab'.repeat(100)}){90}`,
    'a'.repeat(513),
  ])('%j is refused, and says why', (argPattern) => {
    const read = compileArgPattern(argPattern);
    expect(read).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^(?:is|uses|holds|repeats) /),
    });
  });

  it('takes 512 characters of pattern and 8 192 of arguments, and no more', () => {
    expect(fits('a'.repeat(512), ['a'.repeat(512)])).toBe(true);
    expect(fits('a*', ['a'.repeat(8_192)])).toBe(true);
    expect(fits('a*', ['a'.repeat(8_193)])).toBe(false);
    expect(fits('a*\0', ['a'.repeat(8_191)])).toBe(true);
    expect(fits('a*\0', ['a'.repeat(8_192)])).toBe(false);
    expect(fits('(?:a ?)*', Array<string>(100_000).fill('a'))).toBe(false);
  });

  it('does not match arguments too long for the work the expression makes', () => {
    expect(fits('a{0,400}a*', ['a'.repeat(200)])).toBe(true);
    expect(fits('a{0,400}a*', ['a'.repeat(8_000)])).toBe(false);
  });

  it('never matches more than JavaScript does with the whole text', () => {
    const atom = fc.constantFrom('a', 'b', ' ', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$', '\\-');
    const repeat = fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,2}', '*?');
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        fc.tuple(atom, repeat).map(([a, r]) => (/^[\\^$][b]?$/.test(a) ? a : a + r)),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}|${b})`),
        fc.tuple(tie('expression'), repeat).map(([a, r]) => `(?:${a})${r}`),
      ),
    }));
    const args = fc.array(fc.stringMatching(/^[ab-]{1,3}$/), { maxLength: 4 });
    fc.assert(
      fc.property(expression, args, (argPattern, list) => {
        fc.pre(argPattern.length < 200);
        const theirs = new RegExp(`^(?:${argPattern})$`).test(list.join(' '));
        expect(fits(argPattern, list)).toBe(theirs);
      }),
      { numRuns: 3_000 },
    );
  });

  it('no pattern and no arguments make it throw or take 50 ms', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 520 }),
      fc
        .constantFrom('a?', '(a+a+)+', '.*a', '.{0,40}', '(a|ab|b)*', '(\\p{L}|\\w)*', 'a{9}')
        .chain((part) => fc.integer({ min: 1, max: 120 }).map((count) => `${part.repeat(count)}c`)),
    );
    const args = fc.oneof(
      fc.array(fc.string({ unit: 'binary' })),
      fc.integer({ min: 1, max: 8_192 }).map((length) => ['ab'.repeat(length / 2)]),
    );
    fc.assert(
      fc.property(hostile, args, (argPattern, list) => {
        expect(cheapestMs(() => void fits(argPattern, list))).toBeLessThan(50);
      }),
      { numRuns: 150 },
    );
  });
});
