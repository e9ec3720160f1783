import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argvsOf } from '#core/exec/approved-argvs.ts';
import {
  canonicalCommandText,
  inlineShellPayload,
  legacyCommandText,
} from '#core/exec/command-text.ts';

const scriptsOf = (text: string) =>
  ['/bin/sh', '/usr/bin/sh', '/bin/bash', '/usr/bin/bash'].flatMap((shell) =>
    ['-c', '-lc'].map((flag) => [shell, flag, text]),
  );

const words = fc.array(
  fc.oneof(fc.constantFrom('ls', '-la', 'a b', '"', '\\', '\\"', '$(id)', ' '), fc.string()),
  { minLength: 1, maxLength: 5 },
);

describe('argvsOf (S4, S12)', () => {
  it.each<[string, readonly string[] | null]>([
    ['uname -a', ['uname', '-a']],
    ['echo "a b" c', ['echo', 'a b', 'c']],
    ['echo "say \\"hi\\""', ['echo', 'say "hi"']],
    ['echo "a\\\\b"', ['echo', 'a\\b']],
    ['echo a\\b', ['echo', 'a\\b']],
    ["echo it's", ['echo', "it's"]],
    ['echo  twice', null],
    ['echo "open', null],
    [' ls', null],
    ['', null],
  ])('%j speaks for %j, and for a script of the shells of the system', (text, argv) => {
    expect(argvsOf(text)).toEqual([...(argv === null ? [] : [argv]), ...scriptsOf(text)]);
  });

  it('is quick with any text that is asked about (S26)', () => {
    const startedAt = performance.now();
    for (const piece of ['\\"', '"a\\', '"', 'a" ', 'a ', '" "']) argvsOf(piece.repeat(20_000));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('finds what a caller writes down, and nothing that is written in another way', async () => {
    await fc.assert(
      fc.property(words, (argv) => {
        const legacy = legacyCommandText(argv);
        const canonical = canonicalCommandText(argv);
        // What cannot be seen is written with escapes, which say the same as their letters.
        const isPlain = !/[^ -~]/.test(argv.join(''));
        if (isPlain) expect(argvsOf(canonical)).toContainEqual(argv);
        for (const text of [legacy, canonical, argv.join(' ')]) {
          for (const one of argvsOf(text)) {
            const texts = [canonicalCommandText(one), legacyCommandText(one)];
            expect([...texts, inlineShellPayload(one)]).toContain(text);
          }
        }
      }),
    );
  });
});
