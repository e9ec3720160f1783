/**
 * Words that could be read as other words, for a warning in the question (S6). A warning, not a
 * proof: what is drawn alike depends on the font.
 */

const nonAscii = /\P{ASCII}/u;
const words = /[\p{L}\p{M}\p{N}]+/gu;

/** One kind of letters that can pass for others; CJK with Latin is ordinary text. */
type Alphabet = 'Latin' | 'Greek' | 'Cyrillic' | 'Armenian' | 'Cherokee' | 'Lisu' | 'other';

/** Blocks of letters, in order. */
const blocks: readonly (readonly [first: number, last: number, Alphabet])[] = [
  [0x41, 0x5a, 'Latin'],
  [0x61, 0x7a, 'Latin'],
  [0xc0, 0x2af, 'Latin'],
  [0x370, 0x3e1, 'Greek'],
  // Coptic letters of the Greek block.
  [0x3e2, 0x3ef, 'other'],
  [0x3f0, 0x3ff, 'Greek'],
  [0x400, 0x52f, 'Cyrillic'],
  [0x531, 0x58f, 'Armenian'],
  // Hebrew to N'Ko.
  [0x591, 0x7ff, 'other'],
  [0x10a0, 0x10ff, 'other'],
  [0x13a0, 0x13ff, 'Cherokee'],
  [0x1400, 0x169f, 'other'],
  [0x1c80, 0x1c8f, 'Cyrillic'],
  [0x1d00, 0x1dbf, 'Latin'],
  [0x1e00, 0x1eff, 'Latin'],
  [0x1f00, 0x1fff, 'Greek'],
  [0x2c60, 0x2c7f, 'Latin'],
  [0x2c80, 0x2dff, 'other'],
  [0xa4d0, 0xa4ff, 'Lisu'],
  [0xa640, 0xa69f, 'Cyrillic'],
  [0xa720, 0xa7ff, 'Latin'],
  [0xab30, 0xab6f, 'Latin'],
  [0xab70, 0xabbf, 'Cherokee'],
  [0x10280, 0x104ff, 'other'],
];

/** Null for digits, marks and scripts that nobody takes for another. */
function alphabetOf(character: string): Alphabet | null {
  const code = character.codePointAt(0) ?? 0;
  return blocks.find(([first, last]) => code >= first && code <= last)?.[2] ?? null;
}

/** Cyrillic and Greek letters drawn like Latin ones: a word of nothing else reads as Latin. */
const twins = setOf('АВЕЅІЈКМНОРСТУХԌԚԜаеорсухѕіјԁԛԝһӏүѵѡΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυϲϳ');

/**
 * Letters that are nearly so. Everyday words are made of them (`как`, `και`), so they count only in
 * a text without any other letter of their alphabet.
 */
const nearTwins = setOf('бвгзкмнптьЗПГЬѴҮҽӡғαγηικτχωβσ');

/** Latin by their script, and drawn like other Latin letters. */
const latinTwins = /[ɑɡɩɪʏʟɢʜʀɴʙᴀ-ᴢꜰꜱƖǀ]/u;

/** Characters that pass for one of a path or a shell and have no ASCII form in NFKC. */
const signTwins = setOf('∕⁄⧸╱⟋∖⧵⧹╲⟍∣❘⏽∶∗⁎∼ˋ‵‐‑⁃−');

function setOf(text: string): ReadonlySet<string> {
  return new Set(text);
}

/**
 * Words that mix alphabets or could be read as other words (`сurl` with a Cyrillic `с`), and
 * characters drawn like ASCII ones; empty when nothing was found.
 */
export function mixedScript(text: string): readonly string[] {
  if (!nonAscii.test(text)) return [];
  const characters = [...new Set(text)].filter((character) => nonAscii.test(character));
  const isTwin = createTwinCheck(characters);
  const found = [...new Set(text.match(words))].filter((word) => passesForAnother(word, isTwin));
  return [...new Set([...found, ...styledAscii(characters)])];
}

function createTwinCheck(characters: readonly string[]): (letter: string) => boolean {
  const isOther = (letter: string) => !twins.has(letter) && !nearTwins.has(letter);
  const hasOtherLetters = characters.some(
    (letter) => /^(?:Greek|Cyrillic)$/.test(alphabetOf(letter) ?? '') && isOther(letter),
  );
  return (letter) => twins.has(letter) || (!hasOtherLetters && nearTwins.has(letter));
}

function passesForAnother(word: string, isTwin: (letter: string) => boolean): boolean {
  if (!nonAscii.test(word)) return false;
  const letters = [...word].filter((character) => alphabetOf(character) !== null);
  const [first] = letters.map(alphabetOf);
  if (letters.some((letter) => alphabetOf(letter) !== first)) return true;
  return latinTwins.test(word) || (letters.length > 0 && letters.every(isTwin));
}

/** NUL parts them: it is no character of a command, and nothing combines with it. */
const separator = '\0';

/** Those that are drawn like ASCII: full width, mathematical, ligatures, other slashes. */
function styledAscii(given: readonly string[]): readonly string[] {
  const plain = given.join(separator).normalize('NFKC').split(separator);
  return given.filter((character, index) => {
    return signTwins.has(character) || /^(?:[!-~]|[A-Za-z]{2,})$/.test(plain[index] ?? '');
  });
}
