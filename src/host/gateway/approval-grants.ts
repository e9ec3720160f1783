import type { ApprovalOutcome } from '#core/approvals/types.ts';
import type { AlwaysGrant } from '#core/policy/always-grant.ts';
import type { ApprovalGrants, Clock, GrantedApproval, GrantFacts } from '#core/ports.ts';

/** A grant waits this long for its run. */
export const grantTtlMs = 120_000;
/** More than any agent has under way; the oldest goes first. */
const maxGrants = 256;

/** Everything a person allowed through `exec.approval.request`, and who must ask for it again. */
export interface NewGrant {
  readonly approvalId: string;
  readonly outcome: Extract<ApprovalOutcome, { kind: 'allowed' }>;
  /** `digestAnywhere` of every plan that was allowed, as it was when the person was asked (AP-11). */
  readonly digests: ReadonlySet<string>;
  readonly always: AlwaysGrant | null;
  readonly cwd: string | null;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  /** Null when the requester named none, as FEB callers do: then any node, once. */
  readonly nodeId: string | null;
}

export interface GrantBook extends ApprovalGrants {
  add(grant: NewGrant): void;
}

/**
 * Approvals that this Gateway saw a person give (D6). Each lets exactly one matching run through
 * without a second question; environment overrides never match, they were not shown (S12).
 */
export function createApprovalGrants(deps: { readonly clock: Clock }): GrantBook {
  let held: { readonly grant: NewGrant; readonly untilMs: number }[] = [];
  const live = () => held.filter((one) => one.untilMs > deps.clock.now());

  return {
    add(grant) {
      held = [...live(), { grant, untilMs: deps.clock.now() + grantTtlMs }].slice(-maxGrants);
    },
    consume(facts): GrantedApproval | null {
      held = live();
      const found = held.find((one) => matches(one.grant, facts));
      if (!found) return null;
      held = held.filter((one) => one !== found);
      const { approvalId, outcome, always } = found.grant;
      return { approvalId, decision: outcome.decision, outcome, always };
    },
  };
}

function matches(grant: NewGrant, facts: GrantFacts): boolean {
  return (
    facts.envKeys.length === 0 &&
    grant.digests.has(facts.digest) &&
    grant.cwd === facts.cwd &&
    grant.agentId === facts.agentId &&
    grant.sessionKey === facts.sessionKey &&
    (grant.nodeId === null || grant.nodeId === facts.nodeId)
  );
}
