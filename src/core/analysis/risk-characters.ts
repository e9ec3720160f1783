import { displayText } from '#core/display.ts';
import { mixedScript } from '#core/lookalikes.ts';
import { messages } from '#core/messages.ts';
import { type Span, spanOf, type TextSource } from '#core/text-source.ts';
import type { RiskNote } from './types.ts';

/** Characters and words pointed at by one note: a text can be made of nothing else (S26). */
const mostSpans = 64;

/** Notes about characters that cannot be seen, or pass for others (S6). */
export function characterNotes(
  argv: readonly string[],
  sources: readonly TextSource[],
): RiskNote[] {
  const { hidden, lookalikes } = messages.risks;
  const lines = argv.flatMap((argument) => argument.split('\n'));
  const words = mixedScript(lines.join('\n'));
  const isHidden = lines.some((line) => displayText(line).escaped);
  return [
    ...(isHidden ? [{ text: hidden, isPrivilege: false, spans: hiddenSpans(sources) }] : []),
    ...(words.length > 0
      ? [{ text: lookalikes(words), isPrivilege: false, spans: wordSpans(sources, new Set(words)) }]
      : []),
  ];
}

/** Everything but what ASCII shows, and the newline, which has a sign of its own. */
const maybeHidden = /[^ -~\n]/gu;

function hiddenSpans(sources: readonly TextSource[]): readonly Span[] {
  return spansOf(sources, maybeHidden, (found) => displayText(found).escaped);
}

const wordOrLetter = /[\p{L}\p{M}\p{N}]+|\P{ASCII}/gu;
const letter = /\P{ASCII}/gu;

function wordSpans(sources: readonly TextSource[], words: ReadonlySet<string>): readonly Span[] {
  const isNamed = (found: string) => words.has(found);
  const whole = spansOf(sources, wordOrLetter, isNamed);
  // A letter may be named by itself, inside a word that is not.
  return [...whole, ...spansOf(sources, letter, isNamed)].slice(0, mostSpans);
}

function spansOf(
  sources: readonly TextSource[],
  pattern: RegExp,
  counts: (found: string) => boolean,
): readonly Span[] {
  const spans: Span[] = [];
  for (const source of sources) {
    for (const { 0: found, index: start } of source.text.matchAll(pattern)) {
      if (spans.length >= mostSpans) return spans;
      const span = counts(found) ? spanOf({ source, start, end: start + found.length }) : null;
      if (span !== null) spans.push(span);
    }
  }
  return spans;
}
