import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { compilePathPattern, hasWildcard } from '#core/policy/path-pattern.ts';
import { cheapestMs } from '#support/timing.ts';

const home = '/home/ada';

const matches = (pattern: string, executable: string, byName = false): boolean =>
  compilePathPattern(pattern, home)?.({ executable, byName }) ?? false;

describe('compilePathPattern', () => {
  it.each([
    ['/usr/bin/git', '/usr/bin/git'],
    ['/opt/*/rg', '/opt/tools/rg'],
    ['/opt/*/rg', '/opt/.hidden/rg'],
    ['/opt/**/rg', '/opt/a/b/rg'],
    ['/opt/r**', '/opt/r/s/t'],
    ['/opt/a?b', '/opt/a.b'],
    ['/opt/a?b', '/opt/a😀b'],
    ['/opt/*', '/opt/line\nbreak'],
    ['~/bin/x', '/home/ada/bin/x'],
    ['~/bin/*', '/home/ada/bin/x'],
    ['~', '/home/ada'],
    ['*', '/any/where'],
  ])('S15: %j matches %j', (pattern, executable) => {
    expect(matches(pattern, executable)).toBe(true);
  });

  it.each([
    ['/usr/bin/git', '/usr/bin/git2'],
    ['/usr/bin/git', '/x/usr/bin/git'],
    ['/USR/BIN/GIT', '/usr/bin/git'],
    ['/USR/BIN/*', '/usr/bin/git'],
    ['/opt/a?b', '/opt/a/b'],
    ['/opt/*/rg', '/opt/a/b/rg'],
    ['/opt/*', '/opt/a/b'],
    // As the specification has it, `**` is any text, and the slashes on both sides stay.
    ['/opt/**/rg', '/opt/rg'],
    ['/opt/*', '/optional'],
    ['~/bin/x', '~/bin/x'],
    ['~bob/bin/x', '/home/bob/bin/x'],
    ['bin/rg', '/opt/bin/rg'],
    ['', '/opt/bin/rg'],
  ])('S15: %j does not match %j', (pattern, executable) => {
    expect(matches(pattern, executable)).toBe(false);
  });

  it.each([
    '/opt/[x]/rg',
    '/opt/(x)+/g++',
    '/opt/{a,b}/rg',
    '/opt/@(a|b)',
    '/opt/!x',
    '/opt/"x"',
    '/opt/a.b',
    '/opt/$^|',
    '/opt/a\\b',
  ])('S15: nothing in %j is a metacharacter', (pattern) => {
    expect(matches(pattern, pattern)).toBe(true);
    expect(matches(`${pattern}/*`, `${pattern}/x`)).toBe(true);
    for (const other of ['/opt/x/rg', '/opt/a/rg', '/opt/a', '/opt/xx/g', '/opt/axb', '/opt/x']) {
      expect(matches(pattern, other)).toBe(false);
      expect(matches(`${pattern}*`, other)).toBe(false);
    }
  });

  it('S15: a bare name speaks only of programs called by name', () => {
    expect(matches('rg', '/opt/bin/rg', true)).toBe(true);
    expect(matches('r?', '/opt/bin/rg', true)).toBe(true);
    expect(matches('rg', '/opt/bin/rg', false)).toBe(false);
    expect(matches('RG', '/opt/bin/rg', true)).toBe(false);
    expect(matches('**', '/opt/bin/rg', false)).toBe(false);
  });

  it.each([
    '/opt/../bin/sh',
    '/opt/./sh',
    '/opt/**/../sh',
    '..',
    '.',
    './sh',
    '~/../bob/x',
    '/opt//sh',
    '/opt/*/',
    'a~b',
    'a\\b',
    '=command:0123456789abcdef',
    '=node-command:0123456789abcdef',
    `/${'a'.repeat(1_024)}`,
  ])('%j can never match', (pattern) => {
    expect(compilePathPattern(pattern, home)).toBeNull();
  });

  it('S15: a path that is no real path is matched by nothing', () => {
    for (const path of ['/opt/../bin/sh', '/opt/./x', 'opt/x', '', '/opt//x']) {
      expect(matches('/opt/**', path)).toBe(false);
      expect(matches('*', path)).toBe(false);
      expect(matches(path, path)).toBe(false);
    }
  });

  it('wildcard characters in the name of the home folder are none', () => {
    const inOddHome = compilePathPattern('~/bin/*', '/home/a*a');
    expect(inOddHome?.({ executable: '/home/a*a/bin/x', byName: false })).toBe(true);
    expect(inOddHome?.({ executable: '/home/aba/bin/x', byName: false })).toBe(false);
    expect(compilePathPattern('~/bin/*', 'not/absolute')).toBeNull();
  });

  it('tells patterns that have wildcards', () => {
    expect(['a*', 'a?', '/a/**'].map(hasWildcard)).toEqual([true, true, true]);
    expect(['a', '/a[b]{c}'].map(hasWildcard)).toEqual([false, false]);
  });
});

describe('properties of path patterns', () => {
  const segment = fc
    .stringMatching(/^[ab.[\]{}()!+@"\\^$|-]{1,4}$/)
    .filter((s) => !/^\.+$/.test(s));
  const realPath = fc.array(segment, { minLength: 1, maxLength: 5 }).map((s) => `/${s.join('/')}`);
  const globSegment = fc.stringMatching(/^[ab?*]{1,4}$/).filter((s) => !s.includes('**'));
  const glob = fc
    .array(fc.oneof(globSegment, fc.constantFrom('**', 'a', 'b')), { minLength: 1, maxLength: 5 })
    .map((segments) => `/${segments.join('/')}`);
  const plainPath = fc
    .array(fc.stringMatching(/^[ab]{1,3}$/), { minLength: 1, maxLength: 6 })
    .map((segments) => `/${segments.join('/')}`);

  it('S15: * and ? never cross a slash', () => {
    const single = glob.filter((pattern) => !pattern.includes('**'));
    fc.assert(
      fc.property(single, plainPath, (pattern, path) => {
        const sameDepth = pattern.split('/').length === path.split('/').length;
        expect(matches(pattern, path) && !sameDepth).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('S15: a pattern of literals matches exactly itself', () => {
    fc.assert(
      fc.property(realPath, realPath, (pattern, path) => {
        expect(matches(pattern, pattern)).toBe(true);
        expect(matches(pattern, path)).toBe(pattern === path);
      }),
      { numRuns: 2_000 },
    );
  });

  it('S15: agrees with picomatch, but that ** between slashes is never nothing', () => {
    const options = { dot: true, nobrace: true, noextglob: true, nobracket: true, nonegate: true };
    fc.assert(
      fc.property(glob, plainPath, (pattern, path) => {
        const ours = matches(pattern, path);
        const theirs = picomatch(pattern, options)(path);
        if (pattern.includes('**')) expect(ours && !theirs).toBe(false);
        else expect(ours).toBe(theirs);
      }),
      { numRuns: 5_000 },
    );
  });

  it('no pattern and no path make it throw or take 50 ms', () => {
    const hostile: fc.Arbitrary<string> = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1_100 }),
      fc
        .constantFrom('*a', '**/a', '/*?', '?', '/**')
        .chain((part) =>
          fc.integer({ min: 1, max: 400 }).map((count) => `/${part.repeat(count)}b`),
        ),
    );
    const path = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4_000 }).map((text) => `/${text}`),
      fc.integer({ min: 1, max: 2_000 }).map((count) => '/a'.repeat(count)),
      fc.integer({ min: 1, max: 4_000 }).map((count) => `/${'a'.repeat(count)}`),
    );
    fc.assert(
      fc.property(hostile, path, (pattern, executable) => {
        expect(cheapestMs(() => void matches(pattern, executable, true))).toBeLessThan(50);
      }),
      { numRuns: 150 },
    );
  });
});
