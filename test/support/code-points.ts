/** Inclusive ranges that must never reach a person's eyes unescaped (S6, AP-03, exec-ipc §5.10). */
const ranges: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xa0, 0xa0],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

export const forbiddenCodePoints: readonly number[] = ranges.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, offset) => first + offset),
);

const forbidden: ReadonlySet<number> = new Set(forbiddenCodePoints);

/** The forbidden code points of a text, as `U+202E`; a line break of ours may be excepted. */
export function forbiddenIn(text: string, except = ''): readonly string[] {
  return [...text]
    .filter((character) => !except.includes(character))
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => forbidden.has(code))
    .map((code) => `U+${code.toString(16).toUpperCase()}`);
}
