import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayBlock, displayPieces } from '#core/display.ts';
import { forbiddenCodePoints, forbiddenIn } from '#support/code-points.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.nat(0xffff), fc.constantFrom(0x0a, ...forbiddenCodePoints)), {
      maxLength: 40,
    })
    .map((codes) => String.fromCodePoint(...codes)),
);

describe('displayPieces', () => {
  it('parts what was typed from what stands for something hidden', () => {
    expect(displayPieces('ls \u202E\u200Bx\r\n\n\\u{202E}')).toEqual([
      { text: 'ls ', kind: 'plain' },
      { text: '\\u{202E}\\u{200B}', kind: 'escape' },
      { text: 'x', kind: 'plain' },
      { text: '\\u{D}', kind: 'escape' },
      { text: '↵\n', kind: 'newline' },
      { text: '↵\n', kind: 'newline' },
      { text: '\\u{202E}', kind: 'plain' },
    ]);
    expect(displayPieces('')).toEqual([]);
  });

  it('is the text of displayBlock, piece by piece, whatever comes in (property, S6)', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const pieces = displayPieces(raw);
        expect(pieces.map(({ text }) => text).join('')).toBe(displayBlock(raw).text);
        expect(pieces.filter(({ kind }) => kind === 'newline')).toHaveLength(
          raw.split('\n').length - 1,
        );
        for (const { kind, text } of pieces) {
          expect(forbiddenIn(text, kind === 'newline' ? '\n' : '')).toEqual([]);
          if (kind === 'plain') expect(raw).toContain(text);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('S26: keeps to its number of pieces and cuts nothing; the last one says if it hides something', () => {
    expect(displayPieces('a\u200Bb\u200Bc\nd', 4)).toEqual([
      { text: 'a', kind: 'plain' },
      { text: '\\u{200B}', kind: 'escape' },
      { text: 'b\\u{200B}c↵\nd', kind: 'escape' },
    ]);
    expect(displayPieces('a\nb\nc', 3).at(-1)).toEqual({ text: 'b↵\nc', kind: 'plain' });
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 9 }), (raw, most) => {
        const pieces = displayPieces(raw, most);
        expect(pieces.length).toBeLessThanOrEqual(most);
        expect(pieces.map(({ text }) => text).join('')).toBe(displayBlock(raw).text);
      }),
    );
  });

  it('keeps a text of 65 536 characters whole and stays quick', () => {
    const raw = `${'a\u202E'.repeat(32_000)}; evil`;
    const pieces = displayPieces(raw);
    expect(pieces).toHaveLength(64_001);
    expect(pieces.at(-1)).toEqual({ text: '; evil', kind: 'plain' });
  });
});
