import { riskNotes } from '#core/analysis/risk-notes.ts';
import type { ApprovalOutcome, ApprovalSubject } from '#core/approvals/types.ts';
import { execFailures } from '#core/exec/failures.ts';
import { withoutPresenter, wouldAllow } from '#core/exec/policy-checks.ts';
import { promptLimitMs } from '#core/exec/prompt-limit.ts';
import type { FrozenPlan } from '#core/exec/types.ts';
import { messages } from '#core/messages.ts';
import { type AlwaysGrant, grantedRules } from '#core/policy/always-grant.ts';
import { type AlwaysProposal, proposeAlways, shownOffers } from '#core/policy/always-offers.ts';
import type { PolicyVerdict, ProposedRule, ResolvedPolicy } from '#core/policy/types.ts';
import { endOfLocalDay } from './end-of-day.ts';
import { automaticPermit, byPerson, cancelledRefusal, refusal, refusedOutcome } from './rulings.ts';
import type { Authorization, ExecCase, ExecHostDeps, Permit } from './types.ts';

type PromptVerdict = Extract<PolicyVerdict, { kind: 'prompt' }>;

/** The policy a question is asked under. */
export interface PolicyView {
  readonly policy: ResolvedPolicy;
  readonly hash: string;
}

/** Asks, and turns the outcome into an authorization. Only `allowed` ever permits. */
export async function askPerson(
  run: ExecCase,
  plan: FrozenPlan,
  view: PolicyView,
  verdict: PromptVerdict,
  deps: ExecHostDeps,
): Promise<Authorization> {
  const { clock } = deps;
  const proposal = proposalFor(plan, view, verdict, deps);
  const offersAlways = proposal.offers.length > 0;
  const ticket = deps.desk.ask(
    {
      id: run.requestId,
      kind: 'exec',
      subject: subjectOf(run, plan, view.policy, verdict.why, proposal),
      planDigest: plan.digest,
      offered: offersAlways ? ['allow-once', 'allow-always', 'deny'] : ['allow-once', 'deny'],
      timeoutMs: promptLimitMs(run.origin, clock.now() - run.arrivedAtMs),
    },
    run.signal,
  );
  const outcome = await ticket.outcome;
  const nobody = outcome.kind === 'cancelled' && outcome.why === 'no-presenter';
  if (nobody) return fallback(plan, view, deps);
  if (outcome.kind !== 'allowed') return refusedOutcome(outcome, clock.now());
  const nowMs = clock.now();
  const { nothingRan } = ticket;
  if (outcome.decision === 'allow-once') {
    return { ...allowedBy(outcome, null, view, verdict.why, nowMs), nothingRan };
  }
  const terms = { agentId: plan.agentId, nowMs, endOfDayMs: endOfLocalDay(nowMs) };
  const always = grantedRules(proposal.offers, outcome.grant, terms);
  // An answer that was not offered is no answer (exec-ipc §7.3).
  if (always === null) return cancelledRefusal('not-offered', nowMs);
  return { ...allowedBy(outcome, always, view, verdict.why, nowMs), nothingRan };
}

/** What "always" would offer for this plan. */
export function proposalFor(
  plan: FrozenPlan,
  view: PolicyView,
  verdict: PromptVerdict,
  { clock, engine, plan: { hasher } }: Pick<ExecHostDeps, 'clock' | 'engine' | 'plan'>,
): AlwaysProposal {
  const nowMs = clock.now();
  const allows = (rules: readonly ProposedRule[]) =>
    wouldAllow(engine, plan, view.policy, rules, nowMs);
  return proposeAlways(plan, verdict, { hasher, allows });
}

function allowedBy(
  outcome: Extract<ApprovalOutcome, { kind: 'allowed' }>,
  always: AlwaysGrant | null,
  view: PolicyView,
  reason: string,
  decidedAtMs: number,
): Permit {
  return {
    kind: 'permit',
    ruling: {
      ...byPerson(outcome.by),
      outcome: 'allowed',
      decision: outcome.decision,
      reason,
      ruleIds: [],
      decidedAtMs,
    },
    always,
    runs: 'as-asked',
    policyHash: view.hash,
  };
}

/**
 * There is no surface at all: `askFallback` decides, by default no (decisions "Who allowed it"). One
 * that nobody can see now, locked or broken, is none of that: there questions wait (ES-18).
 */
function fallback(plan: FrozenPlan, view: PolicyView, deps: ExecHostDeps): Authorization {
  const decidedAtMs = deps.clock.now();
  const verdict = deps.engine(plan, withoutPresenter(view.policy), decidedAtMs);
  if (verdict.kind !== 'allow') {
    return refusal(execFailures.allowlistMiss, 'policy', decidedAtMs);
  }
  const why = `Nobody could be asked, and the fallback allows it: ${verdict.why}`;
  return automaticPermit({ ...verdict, why }, view.hash, decidedAtMs);
}

/** Names are shown as the caller gave them: an unnamed agent is not shown as `main`. */
function subjectOf(
  { request, origin }: ExecCase,
  plan: FrozenPlan,
  policy: ResolvedPolicy,
  why: string,
  proposal: AlwaysProposal,
): ApprovalSubject {
  return {
    commandText: plan.commandText,
    argv: plan.argv,
    agentId: request.agentId,
    sessionKey: request.sessionKey,
    nodeId: origin.nodeId,
    host: origin.nodeName,
    env: plan.envDelta,
    why,
    ...factsOf(plan, policy, proposal),
  };
}

/** The part of a question that nobody claims: what is known of a plan, whoever asks about it. */
export function factsOf(
  plan: FrozenPlan,
  policy: ResolvedPolicy,
  { offers, onceBecause }: AlwaysProposal,
) {
  const notes = riskNotes(plan);
  return {
    cwd: plan.cwd.path,
    executable: plan.executable.path,
    identity: messages.prompt.identity(plan.executable),
    security: policy.security,
    ask: policy.ask,
    risks: notes.map(({ text }) => text),
    riskFacts: notes.map(({ isPrivilege, spans }) => ({ isPrivilege, spans })),
    always: offers.map(({ choices: [{ rule }] }) => rule.sentence),
    ...(offers.length === 0 ? {} : { offers: shownOffers(offers) }),
    ...(onceBecause === null ? {} : { onceBecause }),
  };
}
