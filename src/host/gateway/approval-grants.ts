import type { ApprovalOutcome } from '#core/approvals/types.ts';
import type { ApprovalGrants, Clock, GrantedApproval, GrantFacts } from '#core/ports.ts';

/** A grant waits this long for its run. */
export const grantTtlMs = 120_000;
/** More than any agent has under way; the oldest goes first. */
const maxGrants = 256;

/** Everything a person allowed through `exec.approval.request`, and who must ask for it again. */
export interface NewGrant {
  readonly approvalId: string;
  readonly outcome: Extract<ApprovalOutcome, { kind: 'allowed' }>;
  readonly commandText: string;
  /** Exact argv when the requester named it; then the text alone is not enough. */
  readonly argv: readonly string[] | null;
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
      const { approvalId, outcome } = found.grant;
      return { approvalId, decision: outcome.decision, outcome };
    },
  };
}

function matches(grant: NewGrant, facts: GrantFacts): boolean {
  return (
    facts.envKeys.length === 0 &&
    sameCommand(grant, facts) &&
    grant.cwd === facts.cwd &&
    grant.agentId === facts.agentId &&
    grant.sessionKey === facts.sessionKey &&
    (grant.nodeId === null || grant.nodeId === facts.nodeId)
  );
}

function sameCommand(grant: NewGrant, facts: GrantFacts): boolean {
  if (grant.argv === null) return facts.commandTexts.includes(grant.commandText);
  return (
    grant.argv.length === facts.argv.length &&
    grant.argv.every((part, index) => part === facts.argv[index])
  );
}
