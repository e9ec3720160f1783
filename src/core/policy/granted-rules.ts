import type { AllowlistEntry, ApprovalsDocument } from '#protocol/approvals-document.ts';
import { without } from './json.ts';
import { agentKey, agentPolicy } from './resolve.ts';
import type { ProposedRule } from './types.ts';

/** A rule that a person granted, and the id of its entry. */
export interface GrantedRule {
  readonly id: string;
  readonly rule: ProposedRule;
}

/** Gives every different rule an id: that of the entry it renews, else a new one. */
export function nameRules(
  document: ApprovalsDocument,
  agentId: string,
  rules: readonly ProposedRule[],
  newId: () => string,
): readonly GrantedRule[] {
  const list = agentPolicy(document, agentKey(agentId))?.allowlist ?? [];
  const named: GrantedRule[] = [];
  for (const rule of rules) {
    const known = named.find((other) => isSame(entryOf(other.rule), rule));
    if (known !== undefined) continue;
    named.push({ id: list.find((entry) => isSame(entry, rule))?.id ?? newId(), rule });
  }
  return named;
}

/**
 * Stores what a person granted in the agent's own list (exec-ipc §5.7). The entry for the same
 * program, arguments, folder and content is renewed, not repeated; only the new expiry counts.
 */
export function withRules(
  document: ApprovalsDocument,
  agentId: string,
  granted: readonly GrantedRule[],
  atMs: number,
): ApprovalsDocument {
  const key = agentKey(agentId);
  const agent = agentPolicy(document, key) ?? {};
  const list = agent.allowlist ?? [];
  const isGranted = (entry: AllowlistEntry) => granted.some(({ rule }) => isSame(entry, rule));
  const entries = granted.map(({ id, rule }): AllowlistEntry => {
    const before = list.find((entry) => isSame(entry, rule)) ?? {};
    return {
      ...without(before, new Set(['expiresAt'])),
      id,
      ...entryOf(rule),
      // Path-only entries of the other source are inert to newer peers, and to us (exec-ipc §5.2).
      source: rule.argPattern === null ? 'manual' : 'allow-always',
      createdAt: atMs,
      lastUsedAt: atMs,
    };
  });
  const allowlist = [...list.filter((entry) => !isGranted(entry)), ...entries];
  return { ...document, agents: { ...document.agents, [key]: { ...agent, allowlist } } };
}

function entryOf(rule: ProposedRule): AllowlistEntry {
  const { pattern, argPattern, cwd, expiresAt, contentSha256, args } = rule;
  return {
    pattern,
    ...(argPattern === null ? {} : { argPattern }),
    ...(cwd === null ? {} : { cwd }),
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(contentSha256 === null ? {} : { contentSha256 }),
    ...(args === undefined ? {} : { grantedArgs: [...args] }),
  };
}

/** Whether both allow the same thing; for how long does not matter. */
function isSame(entry: AllowlistEntry, rule: ProposedRule): boolean {
  return (
    entry.pattern === rule.pattern &&
    (entry.argPattern ?? null) === rule.argPattern &&
    (entry.cwd ?? null) === rule.cwd &&
    (entry.contentSha256 ?? null) === rule.contentSha256
  );
}
