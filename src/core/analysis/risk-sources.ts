import { argumentSources, canonicalCommandText } from '#core/exec/command-text.ts';
import type { FrozenPlan } from '#core/exec/types.ts';
import type { TextSource } from '#core/text-source.ts';
import { placedIn } from './risk-command.ts';
import type { PlacedWords } from './risk-scan.ts';
import { guessCommands } from './risk-text.ts';

/** Where the arguments stand in the text that is shown; none when that was made in another way. */
export function sourcesOf({
  argv,
  commandText,
}: Pick<FrozenPlan, 'argv' | 'commandText'>): readonly TextSource[] {
  return canonicalCommandText(argv) === commandText ? argumentSources(argv) : [];
}

/** The words of a command that is the whole argv. */
export function placedArgv(argv: readonly string[], sources: readonly TextSource[]): PlacedWords {
  const places = sources.map((source) => [{ source, start: 0, end: source.text.length }]);
  return { words: argv, places };
}

/** The words of each proved command of a shell text, in its order. */
export function placedSegments(
  segments: readonly { readonly argv: readonly string[] }[],
  sources: readonly TextSource[],
): readonly PlacedWords[] {
  const text = sources.at(-1);
  const commands = text === undefined ? [] : guessCommands(text.text).commands;
  let at = 0;
  return segments.map(({ argv }) => {
    const found = commands.findIndex(({ words }, index) => {
      return index >= at && isSame(argv, words);
    });
    const command = commands[found];
    if (command === undefined || text === undefined) return { words: argv, places: [] };
    at = found + 1;
    return placedIn(text, command.words);
  });
}

function isSame(argv: readonly string[], words: readonly { readonly text: string }[]): boolean {
  return argv.length === words.length && argv.every((word, index) => word === words[index]?.text);
}
