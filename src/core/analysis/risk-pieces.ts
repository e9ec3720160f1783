/** Pieces of a shell text that nobody parsed; for risk notes only. */

/** Every word that could be one, whatever the quotes say. */
export function blindWords(text: string): readonly string[] {
  return text
    .replaceAll('\\\n', '')
    .split(/[\s;&|()<>{},=`'"]+/)
    .filter((word) => word !== '');
}

/** Every word that could be a file a redirection writes. */
export function blindOutputs(text: string): readonly string[] {
  return [...text.matchAll(/>[>&|]?\s{0,8}([^\s;&|<>()]+)/g)].map(([, path = '']) => path);
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
