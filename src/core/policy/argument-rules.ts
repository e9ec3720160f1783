import { compileArgPattern, isCwdArgvPattern } from './arg-pattern.ts';
import type { Rule } from './types.ts';

/** A rule and its place in the document. */
export interface RankedRule {
  readonly rule: Rule;
  readonly rank: number;
}

/** The rules of one pattern, by the arguments they speak of. */
export interface ArgumentRules {
  add(ranked: RankedRule): void;
  /**
   * Rules whose `argPattern` matches.
   * @param args argv without its first element.
   * @param generated the generated pattern of the same invocation; called only when needed.
   */
  bound(args: readonly string[], generated: () => string): readonly RankedRule[];
  /** Rules that name no arguments. */
  free(): readonly RankedRule[];
}

interface Expression {
  readonly rules: RankedRule[];
  readonly matches: (args: readonly string[]) => boolean;
}

export function createArgumentRules(): ArgumentRules {
  const free: RankedRule[] = [];
  const generatedForms = new Map<string, RankedRule[]>();
  const expressions = new Map<string, Expression>();

  const rulesOf = (argPattern: string): RankedRule[] => {
    if (isCwdArgvPattern(argPattern)) {
      const known = generatedForms.get(argPattern) ?? [];
      generatedForms.set(argPattern, known);
      return known;
    }
    const expression = expressions.get(argPattern) ?? readExpression(argPattern);
    expressions.set(argPattern, expression);
    return expression.rules;
  };

  return {
    add: (ranked) => {
      const { argPattern } = ranked.rule;
      (argPattern === null ? free : rulesOf(argPattern)).push(ranked);
    },
    bound: (args, generated) => [
      ...(generatedForms.size === 0 ? [] : (generatedForms.get(generated()) ?? [])),
      ...[...expressions.values()]
        .filter((expression) => expression.matches(args))
        .flatMap(({ rules }) => rules),
    ],
    free: () => free,
  };
}

/** Compiled when it is first asked: most rules are never asked about. */
function readExpression(argPattern: string): Expression {
  let matches: ((args: readonly string[]) => boolean) | null = null;
  const compile = () => {
    const compiled = compileArgPattern(argPattern);
    return compiled.ok ? compiled.matches : () => false;
  };
  return {
    rules: [],
    matches: (args) => {
      matches ??= compile();
      return matches(args);
    },
  };
}
