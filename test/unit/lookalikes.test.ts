import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixedScript } from '#core/lookalikes.ts';

describe('mixedScript', () => {
  it.each([
    ['a Cyrillic letter in a Latin word', '\u0441url https://example.test', ['\u0441url']],
    ['a Greek letter in a Latin word', 's\u03BFdo rm', ['s\u03BFdo']],
    ['a word of nothing but look-alikes', '\u0441\u043E\u0440 file', ['\u0441\u043E\u0440']],
    ['full-width letters', '\uFF52\uFF4D -rf', ['\uFF52', '\uFF4D']],
    ['mathematical letters', '\u{1D41C}url', ['\u{1D41C}']],
    ['another slash', 'a\u2215b', ['\u2215']],
    ['a full-width dot', 'a\uFF0Eb', ['\uFF0E']],
    ['a letter beside digits', 'pyth\u043En3 x', ['pyth\u043En3']],
    ['a letter behind a sign', 'apt-g\u0435t', ['g\u0435t']],
    ['one letter between signs', './\u0430.out', ['\u0430']],
    ['look-alikes with a digit', '\u0441\u04412', ['\u0441\u04412']],
    ['look-alikes behind an underscore', 'x_\u0430\u0441', ['\u0430\u0441']],
    ['a letter with a mark', 's\u0443\u0301do', ['s\u0443\u0301do']],
    ['Armenian', 's\u0578dx', ['s\u0578dx']],
    ['Cherokee', '\u13DFURL', ['\u13DFURL']],
    ['Lisu', '\uA4DFurl', ['\uA4DFurl']],
    ['phonetic letters', '\u0261it push', ['\u0261it']],
    ['small capitals', '\u1D04url', ['\u1D04url']],
    ['a near look-alike alone', 'echo \u043A\u0442', ['\u043A\u0442']],
    ['a ligature', '\uFB01nd .', ['\uFB01']],
    ['a hyphen that is none', 'rm \u2010rf', ['\u2010']],
    ['a bar that is none', 'a \u2223 b', ['\u2223']],
    ['a Greek question mark', 'ls\u037E id', ['\u037E']],
  ])('finds %s', (_, text, words) => {
    expect(mixedScript(text)).toEqual(words);
  });

  it.each([
    'plain ascii --with=options',
    'echo "añejo naïve Straße"',
    'привет мир',
    'git commit -m "日本語のREADME"',
    'echo “quoted” – dash',
    'שלום עולם',
    'git commit -m "как мы это делали"',
    'git commit -m "και πάλι"',
    'echo 10Ω ½ naïve',
  ])('says nothing about %s', (text) => {
    expect(mixedScript(text)).toEqual([]);
  });

  it('stays quick, whatever the text (property)', () => {
    const units = ['\u0441a ', '\u{1D41C}', '\u0430', 'a', '\u3042', '\u0301', '\uD800'];
    for (const unit of units) {
      const started = performance.now();
      mixedScript(unit.repeat(20_000));
      expect(performance.now() - started).toBeLessThan(5_000);
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void mixedScript(text)));
  });
});
