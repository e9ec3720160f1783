import { canonicalCommandText } from '#core/exec/command-text.ts';
import type { AllowlistEntry } from '#protocol/approvals-document.ts';

type RuleFacts = Pick<
  AllowlistEntry,
  'pattern' | 'argPattern' | 'cwd' | 'expiresAt' | 'contentSha256'
>;

/**
 * Sentences about a policy are shown below each other: a name that holds a line break must not look
 * like one more of them (S6).
 */
export function onOneLine(sentence: string): string {
  return sentence.replaceAll('\n', '\\u{A}');
}

/** What a stored rule is for, in words. Quotes the document: surfaces make it safe to show. */
export function ruleText(rule: RuleFacts): string {
  return `"${rule.pattern}" ${ruleScopeText(rule)}`;
}

/**
 * The part behind the program: arguments, folder, time.
 * @param args the arguments a generated `argPattern` stands for, where that is known for sure.
 */
export function ruleScopeText(rule: RuleFacts, args: readonly string[] | null = null): string {
  return `${ruleReachText(rule, args)}, ${expiryText(rule.expiresAt)}`;
}

/** {@link ruleScopeText} without the time. */
export function ruleReachText(
  { argPattern, cwd, contentSha256 }: RuleFacts,
  args: readonly string[] | null,
): string {
  const parts = [
    args === null ? argumentsText(argPattern) : exactArguments(args),
    cwd === undefined ? 'in any folder' : `only in ${cwd}`,
    ...(contentSha256 === undefined
      ? []
      : [`while its content stays the same (sha256 ${beginning(contentSha256)})`]),
  ];
  return parts.join(', ');
}

function exactArguments(args: readonly string[]): string {
  return args.length === 0 ? 'without arguments' : `with exactly: ${canonicalCommandText(args)}`;
}

function argumentsText(argPattern: string | undefined): string {
  if (argPattern === undefined) return 'with any arguments';
  // A hash cannot be turned back into the arguments; it still tells one list from another.
  if (argPattern.startsWith('sha256:')) {
    const hash = argPattern.slice(argPattern.lastIndexOf(':') + 1);
    return `with one exact list of arguments (sha256 ${beginning(hash)})`;
  }
  return `with arguments that match ${argPattern.replaceAll('\0', '\\0')}`;
}

/** Too many bits to look for another text with the same ones. */
function beginning(hash: string): string {
  return hash.slice(0, 24);
}

export function expiryText(expiresAt: number | undefined): string {
  if (expiresAt === undefined) return 'without an end';
  return `until ${timeText(expiresAt)}`;
}

/** Unix time in ms for people; the document may hold numbers that are no time at all. */
export function timeText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
