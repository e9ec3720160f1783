import { canonicalCommandText, legacyCommandText } from './command-text.ts';

type Argv = readonly [string, ...string[]];

/**
 * Shells of the system: nobody but root puts another program there. Who read a script was not shown
 * which program gets it (S4, S12).
 */
const shells = ['/bin/sh', '/usr/bin/sh', '/bin/bash', '/usr/bin/bash'];

/**
 * Every argv that a text speaks for when a person answered the text alone, as recorded callers ask
 * (exec-ipc §6.1): what each of them would be can be frozen then. Where a text can be written for
 * two lists of words, it speaks for one.
 */
export function argvsOf(text: string): readonly Argv[] {
  const scripts = shells.flatMap((shell) => ['-c', '-lc'].map((flag): Argv => [shell, flag, text]));
  const canonical = wordsOf(text, (inside) => inside.replace(/\\(.)/gs, '$1'));
  if (canonical !== null && canonicalCommandText(canonical) === text)
    return [canonical, ...scripts];
  const legacy = wordsOf(text, (inside) => inside.replaceAll('\\"', '"'));
  if (legacy !== null && legacyCommandText(legacy) === text) return [legacy, ...scripts];
  return scripts;
}

const word = /(?:"((?:[^"\\]|\\.)*)"|([^ "]+))(?: |$)/sy;

/** Ends at the first thing that is no word, so that it is linear. */
function wordsOf(text: string, unquoted: (inside: string) => string): Argv | null {
  const words: string[] = [];
  word.lastIndex = 0;
  for (let at = 0; at < text.length; at = word.lastIndex) {
    const [found, quoted, bare = ''] = word.exec(text) ?? [];
    if (found === undefined) return null;
    words.push(quoted === undefined ? bare : unquoted(quoted));
  }
  const [program, ...rest] = words;
  return program === undefined ? null : [program, ...rest];
}
