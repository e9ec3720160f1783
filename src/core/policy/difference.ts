import { messages } from '#core/messages.ts';
import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
} from '#protocol/approvals-document.ts';
import { agentPolicy } from './resolve.ts';
import { expiryText, onOneLine, ruleText } from './rule-text.ts';

const settingNames = ['security', 'ask', 'askFallback', 'autoAllowSkills'] as const;

/**
 * One sentence for every setting and rule that differs, wider or narrower. What widens is said by
 * `describeWidening`, which also knows what this version does not. Uses of rules are no difference.
 */
export function describeDifference(before: ApprovalsDocument, after: ApprovalsDocument): string[] {
  const keys = new Set([...Object.keys(before.agents ?? {}), ...Object.keys(after.agents ?? {})]);
  return [
    ...settings('The defaults', before.defaults, after.defaults),
    ...[...keys].flatMap((key) => {
      const [was, is] = [agentPolicy(before, key), agentPolicy(after, key)];
      const who = messages.cli.policy.owner(key);
      return [...settings(who, was, is), ...rules(who, was, is)];
    }),
  ].map(onOneLine);
}

type Level = AgentPolicy | ApprovalsDocument['defaults'];

function settings(who: string, was: Level, is: Level): string[] {
  const text = (value: string | boolean | undefined) => (value === undefined ? 'not set' : value);
  return settingNames.flatMap((name) => {
    const [from, to] = [text(was?.[name]), text(is?.[name])];
    return from === to ? [] : [`${who}: ${name} goes from ${from} to ${to}.`];
  });
}

function rules(who: string, was: AgentPolicy | undefined, is: AgentPolicy | undefined): string[] {
  const old = byKind(was?.allowlist ?? []);
  const now = byKind(is?.allowlist ?? []);
  const removed = [...old].flatMap(([kind, entry]) =>
    now.has(kind) ? [] : [`${who}: the rule ${ruleText(entry)} is removed.`],
  );
  const changed = [...now].flatMap(([kind, entry]) => {
    const before = old.get(kind);
    if (before === undefined) return [`${who}: the rule ${ruleText(entry)} is added.`];
    if (before.expiresAt === entry.expiresAt) return [];
    const from = expiryText(before.expiresAt);
    return [`${who}: the rule ${ruleText(entry)} was ${from} so far.`];
  });
  return [...removed, ...changed];
}

function byKind(entries: readonly AllowlistEntry[]): ReadonlyMap<string, AllowlistEntry> {
  return new Map(
    entries.map((entry) => {
      const { pattern, argPattern = null, cwd = null, contentSha256 = null } = entry;
      return [JSON.stringify([pattern.trim(), argPattern, cwd, contentSha256]), entry];
    }),
  );
}
