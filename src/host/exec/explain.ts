import { riskNotes } from '#core/analysis/risk-notes.ts';
import { freezePlan } from '#core/exec/plan.ts';
import { wouldAllow } from '#core/exec/policy-checks.ts';
import type { ExecOrigin, ExecRequest, FrozenPlan } from '#core/exec/types.ts';
import { validateRequest } from '#core/exec/validate.ts';
import type { PolicyVerdict, ProposedRule, ResolvedPolicy } from '#core/policy/types.ts';
import type { PolicyStore } from '#core/ports.ts';
import type { PolicyExplanation } from '#protocol/control-policy.ts';
import { provedCommand } from './launch.ts';
import type { ExecHostDeps } from './types.ts';

/** What a person asks about; everything else is as in a request that says nothing of it. */
export interface ExplainQuestion {
  readonly argv: ExecRequest['argv'];
  readonly agentId: string | null;
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
}

/** Says what the policy would do with a command, and why. Runs nothing, asks nobody, notes nothing. */
export type ExplainFn = (question: ExplainQuestion) => Promise<PolicyExplanation>;

export type ExplainDeps = Pick<ExecHostDeps, 'clock' | 'plan' | 'engine'> & {
  readonly store: Pick<PolicyStore, 'resolve'>;
};

const origin: ExecOrigin = {
  transport: 'node-invoke',
  nodeId: null,
  nodeName: null,
  budgetMs: null,
};

export function createExplain(deps: ExplainDeps): ExplainFn {
  return async (question) => {
    const request: ExecRequest = {
      ...question,
      rawCommand: null,
      timeoutMs: null,
      needsScreenRecording: false,
      sessionKey: null,
      runId: null,
      claimedDecision: null,
    };
    const malformed = validateRequest(request);
    if (malformed !== null) return refused(malformed.reason, malformed.message);
    const frozen = await freezePlan(request, origin, deps.plan);
    if (frozen.kind === 'refused') return refused(frozen.error.reason, frozen.error.message);
    if (frozen.kind === 'not-found') return refused('not-found', frozen.message);
    const { plan } = frozen;
    const policy = deps.store.resolve(plan.agentId);
    const now = deps.clock.now();
    const verdict = deps.engine(plan, policy, now);
    const always = verdict.kind === 'prompt' ? verdict.always : [];
    const sticks = wouldAllow(deps.engine, plan, policy, always, now);
    return explanation(plan, policy, verdict, sticks ? always : []);
  };
}

function refused(reason: string, why: string): PolicyExplanation {
  return { kind: 'refused', reason, why };
}

function explanation(
  plan: FrozenPlan,
  policy: ResolvedPolicy,
  verdict: PolicyVerdict,
  always: readonly ProposedRule[],
): PolicyExplanation {
  return {
    kind: 'decided',
    verdict: verdict.kind,
    layer: verdict.layer,
    why: verdict.why,
    unproved: plan.proof.kind === 'unproved' ? plan.proof.reason : null,
    commandText: plan.commandText,
    agentId: plan.agentId,
    cwd: plan.cwd.path,
    executable: plan.executable.path,
    security: policy.security,
    ask: policy.ask,
    segments: verdict.findings.map((finding) => ({ ...finding, argv: [...finding.argv] })),
    runs: whatRuns(plan, verdict),
    always: always.map(({ sentence, args: _, ...rule }) => ({ sentence, rule })),
    risks: riskNotes(plan).map(({ text }) => text),
    envDropped: [...plan.envDropped],
  };
}

/** A person's answer runs what was asked for; a rule's runs what was proved (D9). */
function whatRuns(
  plan: FrozenPlan,
  verdict: PolicyVerdict,
): Extract<PolicyExplanation, { kind: 'decided' }>['runs'] {
  if (verdict.kind === 'deny') return null;
  const how = verdict.kind === 'allow' ? verdict.runs : 'as-asked';
  if (how === 'as-asked') return { how, argv: [...plan.argv], cwd: plan.cwd.path };
  const { file, argv, cwd } = provedCommand(plan);
  // What is started is the real path, whatever it is called.
  return { how, argv: [file, ...argv.slice(1)], cwd };
}
