import type { AllowlistEntry } from '#protocol/approvals-document.ts';
import { without } from './json.ts';

/**
 * One list of rules as it was before an edit, told on what it is now; null when nothing of it can
 * be told. A rule is known by its id, and where several have one, by which of them it is.
 */
export function undoList(
  before: readonly AllowlistEntry[],
  after: readonly AllowlistEntry[],
  current: readonly AllowlistEntry[],
): readonly AllowlistEntry[] | null {
  const [was, is] = [new Map(named(before)), new Map(named(after))];
  const present = new Map(named(current));
  const list = named(current).flatMap(([name, entry]): NamedRule[] => {
    const made = is.get(name);
    // Not of this edit, or somebody has changed it since.
    if (made === undefined || content(made) !== content(entry)) return [[name, entry]];
    const old = was.get(name);
    if (old === undefined) return [];
    return [[name, content(old) === content(entry) ? entry : { ...old, ...usesOf(entry) }]];
  });
  const rules = named(before);
  const isGone = ([name]: NamedRule) => !is.has(name) && !present.has(name);
  const same =
    list.length === current.length && list.every(([, entry], at) => entry === current[at]);
  if (same && !rules.some(isGone)) return null;
  for (const [at, rule] of rules.entries()) {
    if (isGone(rule)) list.splice(placeOf(rules[at - 1], at, list), 0, rule);
  }
  return list.map(([, entry]) => entry);
}

type NamedRule = readonly [name: string, entry: AllowlistEntry];

/** The rules of `list` that `other` has not. */
export function rulesOnlyIn(
  list: readonly AllowlistEntry[],
  other: readonly AllowlistEntry[],
): readonly NamedRule[] {
  const known = new Map(named(other));
  return named(list).filter(([name]) => !known.has(name));
}

/** Whether all of these are there as they were, uses apart. */
export function holdsAll(list: readonly AllowlistEntry[], rules: readonly NamedRule[]): boolean {
  const known = new Map(named(list));
  return rules.every(([name, entry]) => {
    const now = known.get(name);
    return now !== undefined && content(now) === content(entry);
  });
}

function named(entries: readonly AllowlistEntry[]): NamedRule[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const key = entry.id ?? `without an id: ${content(entry)}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return [`${count} ${key}`, entry];
  });
}

/** Behind the rule that stood before it, wherever that is now. */
function placeOf(previous: NamedRule | undefined, at: number, list: readonly NamedRule[]): number {
  if (previous === undefined) return 0;
  const [before] = previous;
  if (list[at - 1]?.[0] === before) return at;
  const found = list.findIndex(([name]) => name === before);
  return found === -1 ? Math.min(at, list.length) : found + 1;
}

const useNames: ReadonlySet<string> = new Set([
  'lastUsedAt',
  'lastUsedCommand',
  'lastResolvedPath',
]);

/** What makes it the rule it is; that it was used changes nothing about it. */
function content(entry: AllowlistEntry): string {
  return JSON.stringify(without(entry, useNames));
}

function usesOf(entry: AllowlistEntry): Partial<AllowlistEntry> {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => useNames.has(name)));
}
