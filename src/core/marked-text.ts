import type { Span } from './text-source.ts';

/** A part of a text that notes speak of. */
export interface Mark extends Span {
  /** Number of the note. */
  readonly note: number;
}

/** A part of a text with the notes that speak of it, in their order. */
export interface MarkedPart extends Span {
  readonly notes: readonly number[];
}

/** All of a text, in parts that each have the same notes. No part ends inside a character. */
export function markedParts(text: string, marks: readonly Mark[]): readonly MarkedPart[] {
  const changes = changesOf(text, marks);
  const counts = new Map<number, number>();
  const parts: MarkedPart[] = [];
  let start = 0;
  for (const { at, note, step } of [...changes, { at: text.length, note: 0, step: 0 }]) {
    if (at > start) {
      add(parts, { start, end: at, notes: [...counts.keys()].sort((a, b) => a - b) });
      start = at;
    }
    const count = (counts.get(note) ?? 0) + step;
    if (count > 0) counts.set(note, count);
    else counts.delete(note);
  }
  return parts;
}

/** Where a mark begins or ends. */
interface Change {
  readonly at: number;
  readonly note: number;
  readonly step: 1 | -1;
}

function changesOf(text: string, marks: readonly Mark[]): readonly Change[] {
  return marks
    .flatMap(({ start, end, note }): Change[] => {
      const from = Math.max(0, Math.trunc(start));
      const to = Math.min(text.length, Math.trunc(end));
      if (!(from < to)) return [];
      return [
        { at: isInside(text, from) ? from - 1 : from, note, step: 1 },
        { at: isInside(text, to) ? to + 1 : to, note, step: -1 },
      ];
    })
    .sort((a, b) => a.at - b.at);
}

/** Between the two units of one character. */
function isInside(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1));
}

function add(parts: MarkedPart[], part: MarkedPart): void {
  const before = parts.at(-1);
  if (before?.notes.join() !== part.notes.join()) parts.push(part);
  else parts[parts.length - 1] = { ...part, start: before?.start ?? part.start };
}
