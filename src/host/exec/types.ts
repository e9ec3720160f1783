import type { ApprovalDesk, ApprovalTicket } from '#core/approvals/types.ts';
import type { ActivityBook } from '#core/desktop/activity.ts';
import type { PlanDeps } from '#core/exec/plan.ts';
import type { ExecFailure, ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import type { AlwaysGrant } from '#core/policy/always-grant.ts';
import type { PolicyEngine } from '#core/policy/types.ts';
import type {
  ApprovalGrants,
  AuditEntry,
  AuditLog,
  Clock,
  CommandRunner,
  Ids,
  Logger,
  PolicyStore,
} from '#core/ports.ts';

export interface ExecHostDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly plan: PlanDeps;
  readonly engine: PolicyEngine;
  readonly store: PolicyStore;
  readonly grants: ApprovalGrants;
  readonly desk: ApprovalDesk;
  readonly runner: CommandRunner;
  readonly audit: AuditLog;
  /** Told of every command from its start to its end. */
  readonly activity?: Pick<ActivityBook, 'started'>;
  /** Whether the OS lets us record the screen; a headless companion says no. */
  readonly screenRecording: () => boolean;
  /** "Trust approvals of this gateway" (D6): a claimed allow counts as an allow-once. */
  readonly trustClaims: boolean;
  /** Everything stands still: nothing runs, whatever rules and people say. */
  readonly standsStill: () => boolean;
  /** Tail kept per stream; {@link defaultMaxBytesPerStream} when absent. */
  readonly maxBytesPerStream?: number;
}

/** One request on its way through the host. */
export interface ExecCase {
  readonly request: ExecRequest;
  readonly origin: ExecOrigin;
  readonly signal: AbortSignal;
  /** Ours; names the question and the audit row. */
  readonly requestId: string;
  readonly arrivedAtMs: number;
}

/** What was decided and by whom: the part of an audit row that only the decision knows. */
export type Ruling = Pick<
  AuditEntry,
  'outcome' | 'decision' | 'decidedBy' | 'surface' | 'reason'
> & {
  readonly ruleIds: readonly string[];
  readonly decidedAtMs: number;
  /** Of a permit that something took away: what, as a sentence. */
  readonly error?: string;
};

export interface Permit {
  readonly kind: 'permit';
  readonly ruling: Ruling;
  /** Rules to store before the run; null for an answer that holds once. */
  readonly always: AlwaysGrant | null;
  /** What a rule allows runs as proved, what a person allows runs as asked (D9). */
  readonly runs: 'as-proved' | 'as-asked';
  /** Hash of the policy document the decision was made under. */
  readonly policyHash: string;
  /** Tells the person who just gave it that nothing ran; absent where nobody was asked. */
  readonly nothingRan?: ApprovalTicket['nothingRan'];
}

export interface Refusal {
  readonly kind: 'refusal';
  readonly ruling: Ruling;
  readonly error: ExecFailure;
}

export type Authorization = Permit | Refusal;
