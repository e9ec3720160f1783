/**
 * The one sanitiser of text that people read (AP-03, S6, exec-ipc §5.10). What a person cannot see
 * becomes a visible `\u{HEX}`; nothing is ever cut. For display only: what runs is never changed.
 */
export interface DisplayText {
  readonly text: string;
  /** Something invisible was made visible: surfaces warn. */
  readonly escaped: boolean;
}

/**
 * Controls, format characters (bidi, zero width, tags), lone surrogates, line and paragraph
 * separators, every space but U+0020, variation selectors, fillers and everything else Unicode
 * draws as nothing. U+2800 is a symbol by category but looks like a space.
 */
const hidden =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\u{2800}]|(?! )\p{Zs}/u;
const everyHidden = new RegExp(hidden.source, 'gu');

/** Shown where a newline was; in a block the break follows it. */
const newlineGlyph = '↵';

function escapeOne(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}

/** For one line: newlines are escaped like every other control character. */
export function displayText(raw: string): DisplayText {
  if (!hidden.test(raw)) return { text: raw, escaped: false };
  return { text: raw.replace(everyHidden, escapeOne), escaped: true };
}

/** For a box of its own: a newline shows as a glyph and a break, the rest as in {@link displayText}. */
export function displayBlock(raw: string): DisplayText {
  const lines = raw.split('\n').map(displayText);
  return {
    text: lines.map((line) => line.text).join(`${newlineGlyph}\n`),
    escaped: lines.some((line) => line.escaped),
  };
}

const nonAscii = /\P{ASCII}/u;
const words = /[\p{L}\p{M}\p{N}]+/gu;

/** Scripts whose letters can pass for one another; CJK with Latin is ordinary text. */
const alphabets = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Cherokee',
  'Coptic',
  'Lisu',
  'Georgian',
  'Hebrew',
  'Arabic',
].map((name) => new RegExp(`\\p{Script=${name}}`, 'u'));

/** Cyrillic and Greek letters drawn like Latin ones: a word of nothing else reads as Latin. */
const onlyLatinTwins = /^[АВЕЅІЈКМНОРСТУХԌԚԜаеорсухѕіјԁԛԝһӏүΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυ]+$/u;

/** Characters that pass for the slash or backslash of a path and have no ASCII form in NFKC. */
const slashTwins = /[∕⁄∖⧵]/u;

function isStyledAscii(character: string): boolean {
  if (!nonAscii.test(character)) return false;
  return /^[!-~]$/.test(character.normalize('NFKC')) || slashTwins.test(character);
}

function passesForAnother(word: string): boolean {
  if (alphabets.filter((alphabet) => alphabet.test(word)).length > 1) return true;
  return onlyLatinTwins.test(word.replace(/[\p{M}\p{N}]/gu, ''));
}

/**
 * Words that mix alphabets or could be read as other words (`сurl` with a Cyrillic `с`), and
 * characters drawn like ASCII ones. A warning, not a proof; empty when nothing was found (S6).
 */
export function mixedScript(text: string): readonly string[] {
  if (!nonAscii.test(text)) return [];
  const found = new Set((text.match(words) ?? []).filter(passesForAnother));
  for (const character of text.match(/\P{ASCII}/gu) ?? []) {
    if (isStyledAscii(character)) found.add(character);
  }
  return [...found];
}
