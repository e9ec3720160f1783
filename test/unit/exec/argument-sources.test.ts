import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentSources, canonicalCommandText } from '#core/exec/command-text.ts';
import { joinSources, sourceOf, spanOf } from '#core/text-source.ts';

const argument = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('a', '"', '\\', '\n', '\u200B', '\uD800', '\u{1F600}', ' '), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);

describe('argumentSources', () => {
  it('knows where the command text shows each character (property)', () => {
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 4 }), (argv) => {
        const text = canonicalCommandText(argv);
        const sources = argumentSources(argv);
        expect(sources.map((source) => source.text)).toEqual(argv);
        const shown = sources.map((source) => {
          const spans = [...source.text].reduce<[string, number]>(
            ([all, start], character) => {
              const span = spanOf({ source, start, end: start + character.length });
              return [all + text.slice(span?.start, span?.end), start + character.length];
            },
            ['', 0],
          );
          return spans[0];
        });
        const bare = shown.map((part, index) =>
          canonicalCommandText([argv[index] ?? '']) === part ? part : `"${part}"`,
        );
        expect(bare.join(' ')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('knows nothing of an empty one', () => {
    const [source = null] = argumentSources(['']);
    expect(spanOf({ source, start: 0, end: 0 })).toBeNull();
    expect(spanOf({ source: null, start: 0, end: 3 })).toBeNull();
  });
});

describe('sourceOf', () => {
  const [source = null] = argumentSources(["sh \"a b\" 'c\\'d'"]);

  it('looks through the quotes around a word', () => {
    const inner = sourceOf('a b', { source, start: 3, end: 8 });
    // In the command text a backslash is before the quote.
    expect(spanOf({ source: inner, start: 2, end: 3 })).toEqual({ start: 8, end: 9 });
    expect(spanOf({ source: joinSources([inner, inner]), start: 4, end: 5 })).toEqual({
      start: 6,
      end: 7,
    });
    expect(spanOf({ source: joinSources([inner, inner]), start: 3, end: 4 })).toBeNull();
  });

  it('points at the whole word where quotes are inside it', () => {
    const inner = sourceOf("c'd", { source, start: 9, end: 15 });
    const whole = spanOf({ source, start: 9, end: 15 });
    expect(whole).not.toBeNull();
    expect(spanOf({ source: inner, start: 1, end: 2 })).toEqual(whole);
  });
});
