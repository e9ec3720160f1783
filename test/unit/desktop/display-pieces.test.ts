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
      { text: 'b', kind: 'plain' },
      { text: '\\u{200B}c↵\nd', kind: 'escape' },
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

  const anyMarks = fc.array(
    fc.record({
      start: fc.oneof(fc.integer({ min: -3, max: 50 }), fc.double()),
      end: fc.oneof(fc.integer({ min: -3, max: 50 }), fc.double()),
      note: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 8 },
  );

  it('S5, S6: no note hides, adds or changes a character, whatever it speaks of (property)', () => {
    const most = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
    fc.assert(
      fc.property(anyText, anyMarks, most, (raw, marks, limit) => {
        const pieces = displayPieces(raw, limit, marks);
        expect(pieces.map(({ text }) => text).join('')).toBe(displayBlock(raw).text);
        expect(pieces.length).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
        for (const { kind, text } of pieces) {
          const breaks = kind === 'newline' || limit !== undefined ? '\n' : '';
          expect(forbiddenIn(text, breaks)).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives every character the notes that speak of it, and no other (property)', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(text, anyMarks, (raw, given) => {
        const marks = given.map(({ start, end, note }) => ({
          start: Math.trunc(start),
          end: Math.trunc(end),
          note,
        }));
        fc.pre(displayBlock(raw).text === raw);
        const told = displayPieces(raw, undefined, marks).flatMap(({ text, notes = [] }) =>
          [...text].map(() => notes),
        );
        let at = 0;
        const expected = [...raw].map((character) => {
          const from = at;
          at += character.length;
          const meant = marks.filter(({ start, end }) => start < at && end > from && start < end);
          return [...new Set(meant.map(({ note }) => note))].sort();
        });
        expect(told).toEqual(expected);
      }),
    );
  });

  it('marks the words of a note, also where notes share them or a break is between', () => {
    const marks = [
      { start: 0, end: 4, note: 1 },
      { start: 0, end: 4, note: 2 },
      { start: 5, end: 9, note: 3 },
    ];
    expect(displayPieces('sudo rm\n-x', undefined, marks)).toEqual([
      { text: 'sudo', kind: 'plain', notes: [1, 2] },
      { text: ' ', kind: 'plain' },
      { text: 'rm', kind: 'plain', notes: [3] },
      { text: '↵\n', kind: 'newline', notes: [3] },
      { text: '-', kind: 'plain', notes: [3] },
      { text: 'x', kind: 'plain' },
    ]);
  });

  it('S26: stays quick for 64 000 characters that are all marked', () => {
    const raw = 'a\u202E'.repeat(32_000);
    const marks = Array.from({ length: 64_000 }, (_, at) => ({
      start: at,
      end: at + 2,
      note: at % 12,
    }));
    const started = performance.now();
    const pieces = displayPieces(raw, 2_048, marks);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(pieces).toHaveLength(2_048);
    expect(pieces.map(({ text }) => text).join('')).toBe(displayBlock(raw).text);
  });

  it('keeps a text of 65 536 characters whole and stays quick', () => {
    const raw = `${'a\u202E'.repeat(32_000)}; evil`;
    const pieces = displayPieces(raw);
    expect(pieces).toHaveLength(64_001);
    expect(pieces.at(-1)).toEqual({ text: '; evil', kind: 'plain' });
  });
});
