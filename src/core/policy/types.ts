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
  /** Rules that are not stored yet, looked at as if they were. */
  readonly proposed?: readonly Rule[];
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
  /** Content of the script it allows, SHA-256 hex; null: whatever the program is made of. */
  readonly contentSha256: string | null;
}

/** A rule a person may store, and the sentence that says what it allows. */
export interface ProposedRule {
  readonly pattern: string;
  /** Null: any arguments. */
  readonly argPattern: string | null;
  /** Null: in any folder. */
  readonly cwd: string | null;
  /** Unix time in ms; null: for good. */
  readonly expiresAt: number | null;
  /** See {@link Rule}: set where the program is a script. */
  readonly contentSha256: string | null;
  /** The arguments behind a generated `argPattern`, for people; absent where they hold a secret. */
  readonly args?: readonly string[];
  readonly sentence: string;
}

/** Which part of the policy gave the answer. */
type PolicyLayer = 'store' | 'security' | 'ask' | 'proof' | 'rules' | 'safe-bins' | 'skill-bins';

/** What the policy says about one program of a plan. */
export interface SegmentFinding {
  readonly argv: readonly string[];
  /** Real path. */
  readonly executable: string;
  readonly allowedBy: 'rules' | 'safe-bins' | 'skill-bins' | null;
  readonly ruleId: string | null;
  /** Sentence for people: the rule that allows it, or the first reason why none does. */
  readonly why: string;
}

interface Explained {
  readonly layer: PolicyLayer;
  /** Sentence for people. */
  readonly why: string;
  /** One per segment; empty where the answer did not depend on them, or nothing was proved. */
  readonly findings: readonly SegmentFinding[];
}

/** Answer of the policy engine; every one says why. */
export type PolicyVerdict = Explained &
  (
    | {
        readonly kind: 'allow';
        /**
         * `as-proved`: rules spoke of the segments, so those run and nothing else (D9);
         * `as-asked`: everything is allowed, so what was asked for runs.
         */
        readonly runs: 'as-proved' | 'as-asked';
        /** Rules that were needed; empty when the policy as a whole allows. */
        readonly ruleIds: readonly string[];
      }
    /** `always`: one rule per segment that none allows yet; empty when it cannot be offered. */
    | {
        readonly kind: 'prompt';
        readonly always: readonly ProposedRule[];
        /** Sentence for people: why no rule can be offered; absent when one is. */
        readonly onceBecause?: string;
      }
    | {
        readonly kind: 'deny';
        readonly reason: 'security=deny' | 'allowlist-miss' | 'store-unusable';
      }
  );

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
