import type { Hasher } from '#core/ports.ts';
import type { AllowlistEntry, ApprovalsDocument } from '#protocol/approvals-document.ts';
import { exactArguments } from './exact-arguments.ts';
import {
  agentKey,
  agentPolicy,
  anyAgent,
  type PolicyScalars,
  resolveDefaults,
  resolveScalars,
} from './resolve.ts';
import { ruleReachText, ruleScopeText } from './rule-text.ts';

export interface ListedRule {
  readonly id: string | null;
  readonly pattern: string;
  /** Arguments, folder and time, in words. */
  readonly scope: string;
  /** The same without the time. */
  readonly reach: string;
  readonly argPattern: string | null;
  /** The one list of arguments it is for, where that is known for sure. */
  readonly args: readonly string[] | null;
  readonly cwd: string | null;
  readonly expiresAt: number | null;
  readonly isExpired: boolean;
  readonly contentSha256: string | null;
  readonly lastUsedAt: number | null;
  readonly createdAt: number | null;
  readonly source: string | null;
}

export interface ListedAgent {
  readonly agentId: string;
  /** What holds for it, after merging (exec-ipc §4.3). */
  readonly settings: PolicyScalars;
  readonly rules: readonly ListedRule[];
}

export interface PolicyListing {
  readonly defaults: PolicyScalars;
  /** `*` first. */
  readonly agents: readonly ListedAgent[];
}

/** The policy as a table. With an agent: what holds for it, so also the list of every agent. */
export function listPolicy(
  document: ApprovalsDocument,
  agentId: string | null,
  nowMs: number,
  hasher: Hasher,
): PolicyListing {
  const named = new Set([anyAgent, ...Object.keys(document.agents ?? {})]);
  const wanted = agentId === null ? named : new Set([anyAgent, agentKey(agentId)]);
  return {
    defaults: resolveDefaults(document),
    agents: [...wanted].map((key) => ({
      agentId: key,
      settings: resolveScalars(document, key),
      rules: (agentPolicy(document, key)?.allowlist ?? []).map((entry) =>
        listed(entry, nowMs, hasher),
      ),
    })),
  };
}

function listed(entry: AllowlistEntry, nowMs: number, hasher: Hasher): ListedRule {
  const args = exactArguments(entry, hasher);
  return {
    id: entry.id ?? null,
    pattern: entry.pattern,
    scope: ruleScopeText(entry, args),
    reach: ruleReachText(entry, args),
    argPattern: entry.argPattern ?? null,
    args,
    cwd: entry.cwd ?? null,
    expiresAt: entry.expiresAt ?? null,
    isExpired: entry.expiresAt !== undefined && entry.expiresAt <= nowMs,
    contentSha256: entry.contentSha256 ?? null,
    lastUsedAt: entry.lastUsedAt ?? null,
    createdAt: entry.createdAt ?? null,
    source: entry.source ?? null,
  };
}
