import type { FrozenPlan } from '#core/exec/types.ts';
import type { ApprovalsDocument, Ask, Security } from '#protocol/approvals-document.ts';

/** Scalars and rules that hold for one agent after merging (exec-ipc §4.3). */
export interface ResolvedPolicy {
  readonly agentId: string;
  readonly security: Security;
  readonly ask: Ask;
  readonly askFallback: Security;
  readonly autoAllowSkills: boolean;
  readonly rules: readonly Rule[];
  /** Sentence for people when the store is unusable: everything is denied (D5, S16). */
  readonly problem?: string;
}

/** One allowlist entry, as the engine sees it. */
export interface Rule {
  readonly id: string;
  /** Agent key whose list holds it: an agent id or `*`. */
  readonly owner: string;
  readonly pattern: string;
  readonly argPattern: string | null;
  readonly cwd: string | null;
  readonly expiresAt: number | null;
}

/** A rule a person may store for this very plan, and the sentence that says what it allows. */
export interface ProposedRule {
  readonly pattern: string;
  readonly argPattern: string;
  readonly cwd: string;
  readonly sentence: string;
}

/** Answer of the policy engine; every one says why (issue 3 widens the engine, not this shape). */
export type PolicyVerdict =
  | { readonly kind: 'allow'; readonly why: string; readonly ruleId: string | null }
  | { readonly kind: 'prompt'; readonly why: string; readonly always: ProposedRule | null }
  | {
      readonly kind: 'deny';
      readonly why: string;
      readonly reason: 'security=deny' | 'allowlist-miss' | 'store-unusable';
    };

/** Decides a frozen plan under a resolved policy. Pure; never throws. */
export type PolicyEngine = (
  plan: FrozenPlan,
  policy: ResolvedPolicy,
  nowMs: number,
) => PolicyVerdict;

/** The document as read, or why it cannot be used (then everything is denied, D5/S16). */
export interface PolicySnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** SHA-256 hex of the raw text (of "" when missing, exec-ipc §4.7). */
  readonly hash: string;
  readonly document: ApprovalsDocument;
  /** Sentence for people when the store is unusable. */
  readonly problem: string | null;
}
