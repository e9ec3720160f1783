import type { AllowlistEntry, ApprovalsDocument } from '#protocol/approvals-document.ts';
import { keepSocket } from './document.ts';
import { narrowDocument } from './narrower.ts';
import { builtInScalars } from './resolve.ts';
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

/** What a companion starts with where there is no document yet (D5). */
export const freshDocument: ApprovalsDocument = {
  version: 1,
  defaults: { ...builtInScalars },
  agents: {},
};

/**
 * Takes over an edit that did not come through us. One that allows no more than what is in force
 * is in force at once; of a wider one only the part that narrows. Repeated edits only ever narrow.
 */
export function takeOverEdit(held: HeldPolicy, edited: ApprovalsDocument): HeldPolicy {
  // A socket that was never chosen is taken as found: whoever made the file knows its token anyway.
  const inForce = keepSocket(held.inForce, edited);
  const unconfirmed = describeWidening(inForce, edited);
  if (unconfirmed.length === 0) return holdPolicy(keepSocket(edited, inForce));
  return { onDisk: edited, inForce: narrowDocument(inForce, edited), unconfirmed };
}

/**
 * What holds at start: the document found, as an edit of what was in force when the companion
 * stopped. Where that is not known, the fresh policy is the measure: a document that somebody
 * placed there can narrow it, and the rest waits for a person.
 */
export function resumePolicy(
  inForce: ApprovalsDocument | null,
  found: ApprovalsDocument,
): HeldPolicy {
  return takeOverEdit(holdPolicy(inForce ?? freshDocument), found);
}

/** Applies our own change to both documents; the socket is never lost on the way. */
export function changePolicy(
  held: HeldPolicy,
  change: (document: ApprovalsDocument) => ApprovalsDocument,
): HeldPolicy {
  const onDisk = keepSocket(change(held.onDisk), held.inForce);
  if (held.unconfirmed.length === 0) return holdPolicy(onDisk);
  const inForce = keepSocket(change(held.inForce), held.inForce);
  return takeOverEdit(holdPolicy(inForce), onDisk);
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
