import type { TextWord } from './risk-pieces.ts';

/** One level of `$(…)`. */
export interface Level {
  words: TextWord[];
  writesTo: TextWord[];
  /** The word being read; null between words. */
  word: string | null;
  /** Where that word stands, as far as it was read. */
  start: number;
  end: number;
  /** No part of it was quoted. */
  isBare: boolean;
  inDouble: boolean;
  /** What the next word is. */
  next: 'word' | 'written' | 'read';
  readonly closer: ')' | '`' | null;
}

const assignment = /^[A-Za-z_]\w*\+?=/;
const reserved: ReadonlySet<string> = new Set([
  ...['if', 'then', 'elif', 'else', 'while', 'until', 'do', 'done', '!', '{', '}', 'coproc'],
]);

export function level(closer: Level['closer'], inDouble = false): Level {
  const word = { word: null, start: 0, end: 0, isBare: true, inDouble };
  return { words: [], writesTo: [], ...word, next: 'word', closer };
}

/** @param whole the text that is read. */
export function endWord(now: Level, whole: string): void {
  const { word, start, end, next, isBare, words } = now;
  if (word === null) return;
  now.word = null;
  now.isBare = true;
  now.next = 'word';
  if (next === 'written' && !/^(?:\d+|-)$/.test(word))
    now.writesTo.push({ text: word, start, end });
  if (next !== 'word') return;
  if (words.length === 0 && (reserved.has(word) || assignment.test(word))) return;
  // `{rm,-rf,x}` is three words.
  if (!(isBare && word.includes('{') && word.includes(','))) words.push({ text: word, start, end });
  else for (const part of partsOf(whole, start, end)) words.push(part);
}

/** Of a word without quotes, so that it is what the text says. */
function partsOf(whole: string, start: number, end: number): readonly TextWord[] {
  return [...whole.slice(start, end).matchAll(/[^{},]+/g)].map(({ 0: text, index }) => {
    return { text, start: start + index, end: start + index + text.length };
  });
}
