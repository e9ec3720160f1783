import { type Mark, markedParts } from './marked-text.ts';

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

/** What a message is written with although nobody can see it: emoji, joined letters, line ends. */
const written = /(\n|\p{RGI_Emoji}|(?<=[\p{L}\p{M}])[\u{200C}\u{200D}](?=\p{L}))/v;

/**
 * A message of somebody else, on which no decision hangs: it stays as written in any language, its
 * lines too; what else nobody can see is shown as in {@link displayText}.
 */
export function messageText(raw: string): string {
  return raw
    .replace(/\r\n?/g, '\n')
    .replace(/[\t\p{Zs}]/gu, ' ')
    .split(written)
    .map((part, index) => (index % 2 === 1 ? part : displayText(part).text))
    .join('');
}

/** A piece of {@link displayBlock}: as typed, or what stands for something nobody could see. */
export interface DisplayPiece {
  readonly text: string;
  readonly kind: 'plain' | 'escape' | 'newline';
  /** Numbers of the notes that speak of it. */
  readonly notes?: number[];
}

const runsOfHidden = new RegExp(`\\n|(?:(?!\\n)(?:${hidden.source}))+`, 'gu');

/**
 * {@link displayBlock} in pieces, for a surface that can draw an escape unlike the same letters
 * typed by somebody, and what a note speaks of unlike the rest. Joined, they are its text.
 * @param most pieces: a text can be made so that every character is one (S26). What is left then
 *   is the last one, an escape if anything in it is.
 */
export function displayPieces(
  raw: string,
  most = Number.POSITIVE_INFINITY,
  marks: readonly Mark[] = [],
): readonly DisplayPiece[] {
  const pieces: DisplayPiece[] = [];
  let at = 0;
  for (const part of markedParts(raw, marks)) {
    for (const piece of piecesOf(raw.slice(part.start, part.end))) {
      const isLast = at + piece.length === raw.length;
      if (pieces.length + (isLast ? 1 : 2) > most) return [...pieces, lastPiece(raw.slice(at))];
      const notes = part.notes.length === 0 ? {} : { notes: [...part.notes] };
      pieces.push({ text: piece.text, kind: piece.kind, ...notes });
      at += piece.length;
    }
  }
  return pieces;
}

/** With the length that each has in `raw`. */
function* piecesOf(raw: string): Generator<DisplayPiece & { readonly length: number }> {
  let at = 0;
  for (const { 0: run, index } of raw.matchAll(runsOfHidden)) {
    if (index > at) yield { ...plainPiece(raw.slice(at, index)), length: index - at };
    yield { ...hiddenPiece(run), length: run.length };
    at = index + run.length;
  }
  if (at < raw.length) yield { ...plainPiece(raw.slice(at)), length: raw.length - at };
}

function plainPiece(text: string): DisplayPiece {
  return { text, kind: 'plain' };
}

function hiddenPiece(run: string): DisplayPiece {
  if (run === '\n') return { text: `${newlineGlyph}\n`, kind: 'newline' };
  return { text: displayText(run).text, kind: 'escape' };
}

function lastPiece(rest: string): DisplayPiece {
  const { text, escaped } = displayBlock(rest);
  return { text, kind: escaped ? 'escape' : 'plain' };
}

/** JSON that a terminal may get: what nobody can see is escaped, and every reader gets it back (S6). */
export function displayJson(value: unknown): string {
  return JSON.stringify(value).replace(everyHidden, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
