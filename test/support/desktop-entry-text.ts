/**
 * What a desktop starts for a value of the key Exec: string escapes first, then quoting, then field
 * codes ("Desktop Entry Specification" 1.5). Throws for what the specification leaves undefined.
 */
export function readExec(value: string): readonly string[] {
  const line = value.replace(/\\(.?)/gs, (whole, character: string) => {
    if (character !== '\\') throw new Error(`string escape ${whole}`);
    return character;
  });
  const words: string[] = [];
  let rest = line;
  while (rest !== '') {
    const quoted = /^"((?:[^"`$\\]|\\["`$\\])*)"( |$)/.exec(rest);
    const plain = /^([^\s"'\\><~|&;$*?#()`]+)( |$)/.exec(rest);
    const found = quoted ?? plain;
    if (!found) throw new Error(`not a word: ${rest}`);
    const word = quoted ? (quoted[1] ?? '').replace(/\\(.)/g, '$1') : (plain?.[1] ?? '');
    words.push(
      word.replace(/%(.?)/g, (whole, code: string) => {
        if (code !== '%') throw new Error(`field code ${whole}`);
        return '%';
      }),
    );
    rest = rest.slice(found[0].length);
  }
  return words;
}
