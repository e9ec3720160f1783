import { execFailures } from '#core/exec/failures.ts';
import { digestAnywhere } from '#core/exec/plan.ts';
import type { ExecFailure, FrozenPlan } from '#core/exec/types.ts';
import type { PolicyVerdict } from '#core/policy/types.ts';
import type { GrantedApproval, GrantFacts } from '#core/ports.ts';
import { askPerson, type PolicyView } from './ask-person.ts';
import { automaticPermit, byPerson, refusal } from './rulings.ts';
import type { Authorization, ExecCase, ExecHostDeps, Refusal } from './types.ts';

/**
 * Refuses before anything is looked up when no request of this agent can be allowed: nobody learns
 * from a closed companion which programs exist (S16).
 */
export function closedPolicy(
  run: Pick<ExecCase, 'request'>,
  deps: Pick<ExecHostDeps, 'clock' | 'standsStill' | 'store'>,
): Refusal | null {
  const now = deps.clock.now();
  if (deps.standsStill()) return refusal(execFailures.standstill, 'policy', now);
  if (deps.store.current().problem !== null) {
    return refusal(execFailures.storeUnusable, 'policy', now);
  }
  const { security } = deps.store.resolve(run.request.agentId);
  return security === 'deny' ? refusal(execFailures.securityDeny, 'policy', now) : null;
}

/**
 * Decides one frozen plan (exec-ipc §3.4). What the caller says was approved counts for nothing,
 * unless the user trusts the Gateway's approvals (D6).
 */
export async function authorize(
  run: ExecCase,
  plan: FrozenPlan,
  deps: ExecHostDeps,
): Promise<Authorization> {
  const { clock, store } = deps;
  // Taken first, so that one approval never lets two runs through (S12).
  const grant = deps.grants.consume(grantFacts(run, plan, deps));
  const view: PolicyView = { policy: store.resolve(plan.agentId), hash: store.current().hash };
  const verdict = deps.engine(plan, view.policy, clock.now());
  const isMiss = verdict.kind === 'deny' && verdict.reason === 'allowlist-miss';
  if (verdict.kind === 'deny' && !isMiss) {
    return refusal(denial(verdict.reason), 'policy', clock.now());
  }
  // A claimed deny only narrows, so it is honoured; a claimed allow is a claim (D6, S1).
  if (run.request.claimedDecision === 'deny') {
    return refusal(execFailures.userDenied, 'request', clock.now(), 'denied');
  }
  if (verdict.kind === 'allow') return automaticPermit(verdict, view.hash, clock.now());
  if (grant !== null) return byGrant(grant, view, clock.now());
  if (deps.trustClaims && run.request.claimedDecision !== null) {
    return byTrustedClaim(view, clock.now());
  }
  if (verdict.kind === 'deny') {
    return refusal(execFailures.allowlistMiss, 'policy', clock.now());
  }
  return await askPerson(run, plan, view, verdict, deps);
}

function grantFacts(
  { request, origin }: ExecCase,
  plan: FrozenPlan,
  deps: ExecHostDeps,
): GrantFacts {
  return {
    digest: digestAnywhere(plan, deps.plan.hasher),
    cwd: request.cwd,
    agentId: request.agentId,
    sessionKey: request.sessionKey,
    nodeId: origin.nodeId,
    // What was asked for, not what survived: the approval did not show it either (S12).
    envKeys: Object.keys(request.env).sort(),
  };
}

function denial(reason: Extract<PolicyVerdict, { kind: 'deny' }>['reason']): ExecFailure {
  return reason === 'store-unusable' ? execFailures.storeUnusable : execFailures.securityDeny;
}

/** A person answered our own Gateway before the run was asked for (D6). */
function byGrant(
  { approvalId, decision, outcome, always }: GrantedApproval,
  view: PolicyView,
  decidedAtMs: number,
): Authorization {
  const surface = outcome.kind === 'allowed' ? byPerson(outcome.by).surface : null;
  return {
    kind: 'permit',
    ruling: {
      outcome: 'allowed',
      decision,
      decidedBy: 'grant',
      surface,
      reason: `approval ${approvalId} of the Gateway`,
      ruleIds: [],
      decidedAtMs,
    },
    always,
    runs: 'as-asked',
    policyHash: view.hash,
  };
}

/** Once, for this run: a claimed "always" is never stored, since nobody here saw what it says. */
function byTrustedClaim(view: PolicyView, decidedAtMs: number): Authorization {
  return {
    kind: 'permit',
    ruling: {
      outcome: 'allowed',
      decision: 'allow-once',
      decidedBy: 'grant',
      surface: null,
      reason: 'approval claimed by a trusted Gateway',
      ruleIds: [],
      decidedAtMs,
    },
    always: null,
    runs: 'as-asked',
    policyHash: view.hash,
  };
}
