import { readFileSync } from 'node:fs';

/** One shell text of `commands.txt`. */
interface CorpusCommand {
  readonly text: string;
  readonly expected: 'literal' | 'unproved';
  /** For test titles: the line as it is in the file. */
  readonly line: string;
}

const lines = readFileSync(new URL('./commands.txt', import.meta.url), 'utf8').split('\n');

/** The whole corpus; a line that is neither a command nor a comment is a mistake. */
export const corpus: readonly CorpusCommand[] = lines
  .filter((line) => line !== '' && !/^#( |$)/.test(line))
  .map((line) => {
    const expected = line.startsWith('+ ') ? 'literal' : line.startsWith('- ') ? 'unproved' : null;
    if (expected === null) throw new Error(`commands.txt has a line without a mark: ${line}`);
    return { text: line.slice(2).replace(/[\u2400-\u2421]/g, controlCharacter), expected, line };
  });

/** The control pictures stand for what they show; U+2420 is the space, U+2421 is delete. */
function controlCharacter(picture: string): string {
  const code = picture.charCodeAt(0) - 0x2400;
  return String.fromCharCode(code === 0x21 ? 0x7f : code);
}
