import type { Hasher } from '#core/ports.ts';
import { cwdArgvPattern, isCwdArgvPattern } from './arg-pattern.ts';
import { createArgumentRules, type RankedRule } from './argument-rules.ts';
import { hasWildcard } from './path-pattern.ts';
import { createPatternTable } from './pattern-table.ts';
import type { Rule } from './types.ts';

/** One program about to be started, as rules see it. */
export interface Invocation {
  readonly argv: readonly [string, ...string[]];
  /** Real path. */
  readonly executable: string;
  /** Real path. */
  readonly cwd: string;
  /** Called without a slash and found on PATH. */
  readonly byName: boolean;
  /** Content of a program that is a script; null for others. */
  readonly contentSha256: string | null;
}

/** `why` is a sentence for people. */
type RuleMatch =
  | { readonly rule: Rule; readonly why: string }
  | { readonly rule: null; readonly why: string };

export interface RuleIndex {
  /** The rule that allows the invocation, or why none does. Never throws. */
  find(invocation: Invocation, nowMs: number): RuleMatch;
}

/**
 * Rules of one policy, in document order, ready to be asked (exec-ipc §5.1, §5.2). A rule whose
 * `argPattern` matches goes before one for any arguments. Carriers are not known here.
 * @param deps.home real path that `~` stands for.
 */
export function createRuleIndex(
  rules: readonly Rule[],
  deps: { readonly hasher: Hasher; readonly home: string },
): RuleIndex {
  const table = createPatternTable(deps.home, createArgumentRules);
  for (const [rank, rule] of rules.entries()) table.entry(tablePattern(rule))?.add({ rule, rank });

  const find = (invocation: Invocation, nowMs: number): RuleMatch => {
    const { argv, executable } = invocation;
    const named = table.find(invocation);
    const args = argv.slice(1);
    let generated: string | null = null;
    const ownPattern = () => {
      generated ??= cwdArgvPattern(invocation.cwd, args, deps.hasher);
      return generated;
    };
    const speaks = ({ rule }: RankedRule) => holdsHere(rule, invocation);
    const bound = named.flatMap((group) => group.bound(args, ownPattern)).filter(speaks);
    const free = named.flatMap((group) => group.free()).filter(speaks);
    const rule = firstLive(bound, nowMs) ?? firstLive(free, nowMs);
    if (rule !== null) return { rule, why: `Rule ${rule.id} allows ${scope(rule, executable)}.` };
    const hasExpired = bound.length + free.length > 0;
    return { rule: null, why: missSentence(executable, named.length > 0, hasExpired) };
  };

  return { find };
}

/**
 * Only without arguments does `*` stand for every program; with them it is a name like any other
 * (exec-ipc §5.1), of which `**` is another spelling.
 */
function tablePattern({ pattern, argPattern }: Rule): string {
  return pattern === '*' && argPattern !== null ? '**' : pattern;
}

/** Whether what the rule is bound to besides program and arguments is so. */
function holdsHere(rule: Rule, { cwd, contentSha256 }: Invocation): boolean {
  if (rule.cwd !== null && rule.cwd !== cwd) return false;
  return rule.contentSha256 === null || rule.contentSha256 === contentSha256;
}

function firstLive(ranked: readonly RankedRule[], nowMs: number): Rule | null {
  let first: RankedRule | null = null;
  for (const one of ranked) {
    const { expiresAt } = one.rule;
    const isLive = expiresAt === null || nowMs < expiresAt;
    if (isLive && (first === null || one.rank < first.rank)) first = one;
  }
  return first?.rule ?? null;
}

function scope({ pattern, argPattern, cwd }: Rule, executable: string): string {
  const through = hasWildcard(pattern) ? ` through "${pattern}"` : '';
  const what = `${executable}${through}`;
  if (argPattern !== null && isCwdArgvPattern(argPattern)) {
    return `${what} with exactly these arguments`;
  }
  const folder = cwd === null ? '' : `, only in ${cwd}`;
  const args = argPattern === null ? 'any arguments' : 'arguments of this form';
  return `${what} with ${args}${folder}`;
}

function missSentence(executable: string, isNamed: boolean, hasExpired: boolean): string {
  if (hasExpired) return `The rule for ${executable} has expired.`;
  if (isNamed)
    return `The rules for ${executable} name other arguments, another folder or other content.`;
  return `No rule names ${executable}.`;
}
