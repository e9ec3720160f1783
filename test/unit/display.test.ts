import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayBlock, displayJson, displayText, messageText } from '#core/display.ts';
import { forbiddenCodePoints, forbiddenIn } from '#support/code-points.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.nat(0xffff), fc.constantFrom(...forbiddenCodePoints)), { maxLength: 40 })
    .map((codes) => String.fromCodePoint(...codes)),
);

describe('displayText', () => {
  it('leaves ordinary text of any script as it is', () => {
    for (const text of ['ls -la ~/code', 'echo "日本語 año Ωmega"', 'русский текст', '👍 done']) {
      expect(displayText(text)).toEqual({ text, escaped: false });
    }
  });

  it('never lets a forbidden code point through, and cuts nothing (property)', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const { text, escaped } = displayText(raw);
        expect(forbiddenIn(text)).toEqual([]);
        expect(escaped).toBe(text !== raw);
        const back = text.replace(/\\u\{([0-9A-F]+)\}/g, (whole, hex) =>
          raw.includes(whole) ? whole : String.fromCodePoint(Number.parseInt(hex, 16)),
        );
        if (!raw.includes('\\u{')) expect(back).toBe(raw);
      }),
      { numRuns: 500 },
    );
  });

  it('escapes upper case, without padding', () => {
    expect(displayText('\u0000\u202E\u{E0041}\uDFFF').text).toBe(
      '\\u{0}\\u{202E}\\u{E0041}\\u{DFFF}',
    );
  });

  it('keeps a text of 65 536 characters whole and stays quick', () => {
    const raw = `${'a'.repeat(65_530)}; evil`;
    expect(displayText(raw).text).toBe(raw);
  });
});

describe('displayBlock', () => {
  it('shows a newline as a glyph and a break, everything else like displayText', () => {
    expect(displayBlock('one\ntwo\r\n\nend')).toEqual({
      text: 'one↵\ntwo\\u{D}↵\n↵\nend',
      escaped: true,
    });
    expect(displayBlock('one\ntwo').escaped).toBe(false);
  });

  it('has no forbidden code point but its own breaks (property)', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        expect(forbiddenIn(displayBlock(raw).text, '\n')).toEqual([]);
      }),
    );
  });
});

describe('displayJson', () => {
  it('shows nothing hidden, and reads back as it was (property, S6)', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, number) => {
        const value = { text, [text]: [number, { text }] };
        const json = displayJson(value);
        expect(forbiddenIn(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});

describe('messageText', () => {
  it('leaves a message of any language as it was written, emoji and lines included', () => {
    for (const text of ['⚠️ done\n👩‍💻 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'می‌خواهم', 'क्‍ष', 'año']) {
      expect(messageText(text)).toBe(text);
    }
    expect(messageText('à 5\u{202F}h\u{A0}:\toui\r\n日本\u{3000}語')).toBe('à 5 h : oui\n日本 語');
  });

  it('S6: shows what would turn a message around or hide in it', () => {
    expect(messageText('a\u{202E}b\u{200B}c\u{0}\u{FE0F}')).toBe(
      'a\\u{202E}b\\u{200B}c\\u{0}\\u{FE0F}',
    );
  });

  it('never lets anything else through that nobody can see (property)', () => {
    const kept = /\n|\p{RGI_Emoji}|[\u{200C}\u{200D}]/gv;
    fc.assert(
      fc.property(anyText, (raw) => {
        expect(forbiddenIn(messageText(raw).replace(kept, ''))).toEqual([]);
      }),
    );
  });
});
