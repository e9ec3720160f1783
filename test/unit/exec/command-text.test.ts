import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  acceptedCommandTexts,
  canonicalCommandText,
  inlineShellPayload,
  legacyCommandText,
} from '#core/exec/command-text.ts';
import { validateRequest } from '#core/exec/validate.ts';
import { execRequest } from '#support/exec-host.ts';
import { execVectors } from '#support/exec-vectors.ts';

const argvSchema = z.tuple([z.string()], z.string());

const rawVectors = execVectors(
  'raw-command',
  z.object({ command: argvSchema, rawCommand: z.string().nullable() }),
  z.object({
    valid: z.boolean(),
    message: z.string().optional(),
    displayCommand: z.string().optional(),
    preview: z.string().nullish(),
  }),
);

describe('what a caller may claim the command is (exec-ipc §3.2)', () => {
  it.each(rawVectors)('agrees with the recorded node on $id', ({ input, expected }) => {
    const failure = validateRequest(
      execRequest({ argv: input.command, rawCommand: input.rawCommand }),
    );
    expect(failure?.message).toBe(expected.message);
    expect(failure === null).toBe(expected.valid);
    if (!expected.valid) return;
    expect(canonicalCommandText(input.command)).toBe(expected.displayCommand);
    expect(inlineShellPayload(input.command)).toBe(expected.preview ?? null);
  });

  const [format] = execVectors('format', z.array(argvSchema), z.array(z.string()));
  it.each(format?.input.map((argv, index) => [argv, format.expected[index]] as const) ?? [])(
    'writes %j the way older peers do',
    (argv, text) => {
      expect(legacyCommandText(argv)).toBe(text);
    },
  );
});

describe('inlineShellPayload', () => {
  it.each([
    [['sh', '-c', 'id']],
    [['/bin/bash', '-lc', 'id']],
    [['/usr/local/bin/zsh', '-c', 'id']],
    [['dash', '-c', 'id']],
    [['ksh', '-lc', 'id']],
  ])('finds the script of %j', (argv) => {
    expect(inlineShellPayload(argv)).toBe('id');
  });

  it.each([
    [['fish', '-c', 'id']],
    [['sh', '-ec', 'id']],
    [['sh', '-lic', 'id']],
    [['sh', '-c', 'id', 'sh']],
    [['sh', '-l', '-c', 'id']],
    [['sh', '-c']],
    [['env', 'sh', '-c', 'id']],
    [['/tmp/sh ', '-c', 'id']],
    [['mysh', '-c', 'id']],
    [['sh\n', '-c', 'id']],
    [[]],
  ])('finds none in %j', (argv) => {
    expect(inlineShellPayload(argv)).toBeNull();
  });
});

describe('canonicalCommandText', () => {
  it.each([
    [['/tmp/ls '], '"/tmp/ls "'],
    [['a', ''], 'a ""'],
    [['a', 'b\\c'], 'a "b\\\\c"'],
    [['a', 'tab\tline\n'], 'a "tab\\tline\\n"'],
    [['a', '\u202Egpj\u200B'], 'a "\\u{202E}gpj\\u{200B}"'],
    [['a', '\uD800'], 'a "\\u{D800}"'],
    [['a', '\u{E0041}'], 'a "\\u{E0041}"'],
    [['a', '$(id)'], 'a "$(id)"'],
    [['/usr/bin/x', '--a=b,c@d:e%f+g'], '/usr/bin/x --a=b,c@d:e%f+g'],
  ])('writes %j as %j', (argv, text) => {
    expect(canonicalCommandText(argv)).toBe(text);
  });

  /** Quotes, spaces and backslashes far more often than by chance. */
  const argument = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('"', '\\', ' ', 'a', 'u', '{', '}', '2', '\n', '\u200B') }),
  );
  const argvs = fc.array(argument, { minLength: 1, maxLength: 5 });

  it('never writes two different argv the same way (S4)', () => {
    fc.assert(
      fc.property(argvs, argvs, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(canonicalCommandText(a) === canonicalCommandText(b)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it('can be read back to exactly the argv (S4)', () => {
    fc.assert(
      fc.property(argvs, (argv) => {
        expect(readBack(canonicalCommandText(argv))).toEqual(argv);
      }),
      { numRuns: 2_000 },
    );
  });

  it('accepts its own text and the older one for every argv', () => {
    fc.assert(
      fc.property(argvs, (argv) => {
        const texts = acceptedCommandTexts(argv);
        expect(texts).toContain(canonicalCommandText(argv));
        expect(texts).toContain(legacyCommandText(argv));
      }),
    );
  });
});

/** The inverse, written apart from the code under test. */
function readBack(text: string): string[] {
  const words = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^ "]+)/gsu)];
  return words.map(([, quoted, bare]) =>
    bare !== undefined
      ? bare
      : (quoted ?? '').replace(/\\u\{([0-9A-F]+)\}|\\(.)/gsu, (_, hex, escaped) => {
          if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
          const named: Record<string, string> = {
            b: '\b',
            f: '\f',
            n: '\n',
            r: '\r',
            t: '\t',
          };
          return named[escaped] ?? escaped;
        }),
  );
}
