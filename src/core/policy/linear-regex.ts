import { RE2JS } from 're2js';

/**
 * Work one match may cost, in program size × characters. The engine is linear in both, so this
 * bounds the time: some 20 ms on a slow machine.
 */
const workLimit = 300_000;

export type TextMatcher = (text: string) => boolean;

/**
 * Compiles a regular expression that is matched in linear time against the WHOLE text. A text too
 * long for the size of the expression does not match.
 * @param dot `any`: `.` stands for line breaks too.
 * @throws RE2JSException when the expression is not one of RE2.
 */
export function compileLinear(source: string, dot: 'any' | 'line'): TextMatcher {
  const regex = RE2JS.compile(source, dot === 'any' ? RE2JS.DOTALL : 0);
  const size = regex.programSize();
  return (text) => size * (text.length + 1) <= workLimit && regex.testExact(text);
}

/** Source that matches exactly `text`. */
export function quoteLiteral(text: string): string {
  return RE2JS.quote(text);
}
