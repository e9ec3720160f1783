import {
  baseName,
  isRealPath,
  type PathPattern,
  type PathTarget,
  readPathPattern,
} from './path-pattern.ts';

/**
 * Values by pattern, found again by the program they speak of. The cost of a look-up depends on the
 * patterns that could match, not on how many there are.
 */
export interface PatternTable<T> {
  /** The value of a pattern, made on first use; null when the pattern can never match. */
  entry(pattern: string): T | null;
  /** Values of all patterns that match. */
  find(target: PathTarget): readonly T[];
}

export function createPatternTable<T extends object>(
  home: string,
  create: () => T,
): PatternTable<T> {
  const byPattern = new Map<string, T | null>();
  const any: T[] = [];
  const texts = { name: createTextTable(create), path: createTextTable(create) };

  const add = (pattern: string): T | null => {
    const read = readPathPattern(pattern, home);
    if (read === null) return null;
    if (read.subject !== 'any') return texts[read.subject].add(read);
    const value = create();
    any.push(value);
    return value;
  };

  return {
    entry: (pattern) => {
      const known = byPattern.get(pattern);
      if (known !== undefined) return known;
      const value = add(pattern);
      byPattern.set(pattern, value);
      return value;
    },
    find: ({ executable, byName }) => {
      if (!isRealPath(executable)) return [];
      const named = byName ? texts.name.find(baseName(executable)) : [];
      return [...texts.path.find(executable), ...named, ...any];
    },
  };
}

/** Literals are looked up whole, wildcards by the text before the first of them. */
function createTextTable<T extends object>(create: () => T) {
  const literals = new Map<string, T>();
  const globs = new Map<string, { readonly pattern: PathPattern; readonly value: T }[]>();
  const prefixLengths = new Set<number>();

  const addGlob = (pattern: PathPattern): T => {
    const { prefix } = pattern;
    const value = create();
    const group = globs.get(prefix) ?? [];
    group.push({ pattern, value });
    globs.set(prefix, group);
    prefixLengths.add(prefix.length);
    return value;
  };

  return {
    add: (pattern: PathPattern): T => {
      if (!pattern.isLiteral) return addGlob(pattern);
      const value = literals.get(pattern.prefix) ?? create();
      literals.set(pattern.prefix, value);
      return value;
    },
    find: (text: string): readonly T[] => {
      const literal = literals.get(text);
      const found = literal === undefined ? [] : [literal];
      for (const length of prefixLengths) {
        if (length > text.length) continue;
        for (const { pattern, value } of globs.get(text.slice(0, length)) ?? []) {
          if (pattern.matches(text)) found.push(value);
        }
      }
      return found;
    },
  };
}
