import type { AllowlistEntry } from '#protocol/approvals-document.ts';
import { type JsonObject, without } from './json.ts';

/** Which allowlist entries allow at least what another one allows. Compared without matching. */

/** Members of an entry that this version knows. */
export const knownKeys: ReadonlySet<string> = new Set([
  ...['id', 'pattern', 'argPattern', 'contentSha256', 'source', 'cwd', 'expiresAt', 'createdAt'],
  ...['lastUsedAt', 'lastUsedCommand', 'lastResolvedPath', 'grantedArgs'],
]);

/** Members this version does not know, as text: different ones may mean anything. */
export function unknownMembers(value: JsonObject, known: ReadonlySet<string>): string {
  const rest = Object.entries(without(value, known)).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(rest);
}

/**
 * Entries are comparable only when they name the same program, arguments and content in the same
 * way. One for any arguments is not wider than one for some: it leaves out arguments that make a
 * program run another one.
 */
export function comparableKey(entry: AllowlistEntry): string {
  return JSON.stringify([
    entry.pattern,
    entry.argPattern ?? null,
    entry.contentSha256 ?? null,
    unknownMembers(entry, knownKeys),
  ]);
}

export function groupComparable(
  entries: readonly AllowlistEntry[],
): ReadonlyMap<string, readonly AllowlistEntry[]> {
  return Map.groupBy(entries, comparableKey);
}

/** Whether `wide` allows, for at least as long, all that a comparable `narrow` allows. */
export function covers(wide: AllowlistEntry, narrow: AllowlistEntry): boolean {
  const folder = wide.cwd === undefined || wide.cwd === narrow.cwd;
  return folder && expiry(wide) >= expiry(narrow);
}

/** What both of two comparable entries allow, told as a change of `held`; null for nothing. */
export function meet(held: AllowlistEntry, other: AllowlistEntry): AllowlistEntry | null {
  if (held.cwd !== undefined && other.cwd !== undefined && held.cwd !== other.cwd) return null;
  const cwd = held.cwd ?? other.cwd;
  const expiresAt = Math.min(expiry(held), expiry(other));
  return {
    ...held,
    ...(cwd === undefined ? {} : { cwd }),
    ...(expiresAt === Number.POSITIVE_INFINITY ? {} : { expiresAt }),
  };
}

function expiry(entry: AllowlistEntry): number {
  return entry.expiresAt ?? Number.POSITIVE_INFINITY;
}
