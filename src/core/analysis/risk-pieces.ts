/** Pieces of a shell text that nobody parsed; for risk notes only. */

import type { Span } from '#core/text-source.ts';

/** A word of a text and where it stands there, its quotes included. */
export interface TextWord extends Span {
  readonly text: string;
}

/** Every word that could be one, whatever the quotes say; a shell joins lines at `\\\n`. */
export function blindWords(text: string): readonly TextWord[] {
  return [...text.matchAll(/(?:\\\n|[^\s;&|()<>{},=`'"])+/g)]
    .map(({ 0: found, index }) => {
      const joined = found.replaceAll('\\\n', '');
      return { text: joined, start: index, end: index + found.length };
    })
    .filter((word) => word.text !== '');
}

/** Every word that could be a file a redirection writes. */
export function blindOutputs(text: string): readonly TextWord[] {
  return [...text.matchAll(/>[>&|]?\s{0,8}([^\s;&|<>()]+)/g)].map(
    ({ 0: found, 1: path = '', index }) => {
      const end = index + found.length;
      return { text: path, start: end - path.length, end };
    },
  );
}

/** Escapes of `$'…'` that can spell a program. */
const spelledOut = /\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))/gs;

/** The characters that `$'…'` stands for. */
export function spell(quoted: string): string {
  return quoted.replace(spelledOut, (_, hex, unicode, octal, other) => {
    if (other !== undefined) return other;
    const isOctal = octal !== undefined;
    return String.fromCharCode(Number.parseInt(octal ?? hex ?? unicode, isOctal ? 8 : 16));
  });
}
