import type { AllowlistEntry, ApprovalsDocument } from '#protocol/approvals-document.ts';
import { keepSocket } from './document.ts';
import { without } from './json.ts';
import { narrowDocument } from './narrower.ts';
import { agentKey, agentPolicy } from './resolve.ts';
import type { ProposedRule } from './types.ts';
import { describeWidening } from './widening.ts';

/**
 * The two documents a running companion holds: `onDisk`, the base of every write, and `inForce`,
 * which decides. They differ only while an edit from outside waits for a person (S17).
 */
export interface HeldPolicy {
  readonly onDisk: ApprovalsDocument;
  readonly inForce: ApprovalsDocument;
  /** What of `onDisk` is not in force; empty when both agree. */
  readonly unconfirmed: readonly string[];
}

export function holdPolicy(document: ApprovalsDocument): HeldPolicy {
  return { onDisk: document, inForce: document, unconfirmed: [] };
}

/**
 * Takes over an edit that did not come through us. One that allows no more than what is in force
 * is in force at once; of a wider one only the part that narrows. Repeated edits only ever narrow.
 */
export function takeOverEdit(held: HeldPolicy, edited: ApprovalsDocument): HeldPolicy {
  const unconfirmed = describeWidening(held.inForce, edited);
  if (unconfirmed.length === 0) return holdPolicy(keepSocket(edited, held.inForce));
  return { onDisk: edited, inForce: narrowDocument(held.inForce, edited), unconfirmed };
}

/** Applies our own change to both documents; the socket is never lost on the way. */
export function changePolicy(
  held: HeldPolicy,
  change: (document: ApprovalsDocument) => ApprovalsDocument,
): HeldPolicy {
  const onDisk = keepSocket(change(held.onDisk), held.inForce);
  if (held.unconfirmed.length === 0) return { ...held, onDisk, inForce: onDisk };
  return { ...held, onDisk, inForce: change(held.inForce) };
}

/** Same program, arguments and folder in the agent's own list: the entry is renewed, not repeated. */
export function findRule(
  document: ApprovalsDocument,
  agentId: string,
  rule: ProposedRule,
): AllowlistEntry | undefined {
  return agentPolicy(document, agentKey(agentId))?.allowlist?.find((entry) => same(entry, rule));
}

function same(entry: AllowlistEntry, rule: ProposedRule): boolean {
  return (
    entry.pattern === rule.pattern && entry.argPattern === rule.argPattern && entry.cwd === rule.cwd
  );
}

/** Stores what a person granted (exec-ipc §5.7); a renewed entry loses its expiry. */
export function withRule(
  document: ApprovalsDocument,
  agentId: string,
  rule: ProposedRule,
  made: { readonly id: string; readonly atMs: number },
): ApprovalsDocument {
  const key = agentKey(agentId);
  const agent = agentPolicy(document, key) ?? {};
  const list = agent.allowlist ?? [];
  const before = list.find((entry) => same(entry, rule)) ?? {};
  const entry: AllowlistEntry = {
    ...without(before, new Set(['expiresAt'])),
    id: made.id,
    pattern: rule.pattern,
    argPattern: rule.argPattern,
    cwd: rule.cwd,
    source: 'allow-always',
    createdAt: made.atMs,
    lastUsedAt: made.atMs,
  };
  const allowlist = [...list.filter((other) => !same(other, rule)), entry];
  return { ...document, agents: { ...document.agents, [key]: { ...agent, allowlist } } };
}

export interface RuleUse {
  readonly atMs: number;
  readonly resolvedPath: string;
}

/** Notes hits by rule id, in every list (exec-ipc §5.8). The command text is not kept: secrets. */
export function withUses(
  document: ApprovalsDocument,
  uses: ReadonlyMap<string, RuleUse>,
): ApprovalsDocument {
  const touch = (entry: AllowlistEntry): AllowlistEntry => {
    const use = entry.id === undefined ? undefined : uses.get(entry.id);
    if (use === undefined) return entry;
    return { ...entry, lastUsedAt: use.atMs, lastResolvedPath: use.resolvedPath };
  };
  const agents = Object.entries(document.agents ?? {}).map(([key, agent]) => [
    key,
    agent.allowlist === undefined ? agent : { ...agent, allowlist: agent.allowlist.map(touch) },
  ]);
  return { ...document, agents: Object.fromEntries(agents) };
}
