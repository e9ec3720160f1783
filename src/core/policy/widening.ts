import type { AllowlistEntry, ApprovalsDocument } from '#protocol/approvals-document.ts';
import { comparableKey, covers, groupComparable, unknownMembers } from './entry-cover.ts';
import type { JsonObject } from './json.ts';
import { normalizeDocument } from './normalize.ts';
import {
  agentPolicy,
  anyAgent,
  liveEntries,
  type PolicyScalars,
  resolveDefaults,
  resolveScalars,
} from './resolve.ts';
import { onOneLine, ruleScopeText } from './rule-text.ts';
import { askRank, securityRank } from './strictness.ts';

const scalarNames = ['security', 'ask', 'askFallback', 'autoAllowSkills'];
const documentKeys: ReadonlySet<string> = new Set(['version', 'socket', 'defaults', 'agents']);
const defaultsKeys: ReadonlySet<string> = new Set(scalarNames);
const agentKeys: ReadonlySet<string> = new Set([...scalarNames, 'allowlist']);

/**
 * One sentence for every way in which `proposed` allows more without a person than `before`
 * (S17); empty when it allows no more. What cannot be compared counts as wider. The sentences quote the
 * document: surfaces sanitise them.
 */
export function describeWidening(before: ApprovalsDocument, proposed: ApprovalsDocument): string[] {
  const after = asStored(proposed);
  const keys = new Set([
    anyAgent,
    ...Object.keys(before.agents ?? {}),
    ...Object.keys(after.agents ?? {}),
  ]);
  const level = (key: string) => [
    ...wider(subject(key), resolveScalars(before, key), resolveScalars(after, key)),
    ...unknown(subject(key), agentPolicy(before, key), agentPolicy(after, key), agentKeys),
  ];
  return [
    ...socketChange(before, after),
    ...unknown('The document', before, after, documentKeys),
    ...wider('The defaults', resolveDefaults(before), resolveDefaults(after)),
    ...unknown('The defaults', before.defaults, after.defaults, defaultsKeys),
    ...[...keys].flatMap(level),
    ...newRules(before, after, keys),
  ].map(onOneLine);
}

/**
 * What the store would make of it (exec-ipc §4.4), which may allow more than it says: a blank
 * argument pattern is none.
 */
function asStored(document: ApprovalsDocument): ApprovalsDocument {
  return normalizeDocument(document, noIds) as ApprovalsDocument;
}

/** Which id an entry gets makes it neither wider nor narrower. */
const noIds = { uuid: () => '', token: () => '' };

function subject(key: string): string {
  return key === anyAgent ? 'Every agent (*)' : `Agent "${key}"`;
}

function wider(who: string, before: PolicyScalars, after: PolicyScalars): string[] {
  const found: string[] = [];
  const change = (name: keyof PolicyScalars, what: string) =>
    found.push(`${who}: ${name} goes from ${before[name]} to ${after[name]}${what}.`);
  if (securityRank[after.security] > securityRank[before.security]) change('security', '');
  if (askRank[after.ask] > askRank[before.ask]) change('ask', ', so a person is asked less');
  if (securityRank[after.askFallback] > securityRank[before.askFallback]) change('askFallback', '');
  if (after.autoAllowSkills && !before.autoAllowSkills) change('autoAllowSkills', '');
  // With `off` a miss is refused; once it is asked about, the fallback decides when nobody answers.
  const fallbackOpens =
    before.ask === 'off' &&
    after.ask !== 'off' &&
    before.security !== 'full' &&
    after.askFallback !== 'deny';
  if (fallbackOpens) change('ask', `, where askFallback ${after.askFallback} now decides`);
  return found;
}

function unknown(
  who: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  known: ReadonlySet<string>,
): string[] {
  if (unknownMembers(before ?? {}, known) === unknownMembers(after ?? {}, known)) return [];
  return [`${who}: settings change that this version does not know.`];
}

/** Whoever may choose the socket or its token decides who can talk to us. */
function socketChange(before: ApprovalsDocument, after: ApprovalsDocument): string[] {
  const changed = (name: 'path' | 'token') => {
    const value = after.socket?.[name]?.trim() ?? '';
    return value !== '' && value !== before.socket?.[name]?.trim();
  };
  return [
    ...(changed('path') ? ['The socket path changes.'] : []),
    ...(changed('token') ? ['The socket token changes.'] : []),
  ];
}

function newRules(
  before: ApprovalsDocument,
  after: ApprovalsDocument,
  keys: ReadonlySet<string>,
): string[] {
  const heldByAll = groupComparable(liveEntries(before, anyAgent));
  return [...keys].flatMap((key) => {
    const held = groupComparable(liveEntries(before, key));
    return liveEntries(after, key).flatMap((entry) => {
      const group = comparableKey(entry);
      const comparable = [...(heldByAll.get(group) ?? []), ...(held.get(group) ?? [])];
      if (comparable.some((wide) => covers(wide, entry))) return [];
      return [ruleSentence(subject(key), entry, comparable)];
    });
  });
}

function ruleSentence(
  who: string,
  entry: AllowlistEntry,
  comparable: readonly AllowlistEntry[],
): string {
  const verb = comparable.length === 0 ? 'new rule' : 'wider rule';
  return `${who}: ${verb} for ${programText(entry.pattern)} ${ruleScopeText(entry)}.`;
}

/** The forms of exec-ipc §5.1 that reach further than one program say so. */
function programText(pattern: string): string {
  if (pattern === '*') return 'every program ("*")';
  if (/[*?]/.test(pattern)) return `every program that matches "${pattern}"`;
  return /[/~]/.test(pattern) ? `"${pattern}"` : `any program found as "${pattern}"`;
}
