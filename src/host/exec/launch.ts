import { errorText } from '#core/errors.ts';
import { execFailures } from '#core/exec/failures.ts';
import { defaultMaxBytesPerStream } from '#core/exec/output-tail.ts';
import { wouldAllow } from '#core/exec/policy-checks.ts';
import { sameAsNow } from '#core/exec/sightings.ts';
import type { FrozenPlan } from '#core/exec/types.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import { cancelledRefusal, withdrawn } from './rulings.ts';
import type { ExecCase, ExecHostDeps, Permit, Refusal, Ruling } from './types.ts';

/** A command that ran, or could not be spawned. */
export interface Launched {
  readonly kind: 'launched';
  readonly ruling: Ruling;
  readonly payload: RunPayload;
  readonly runMs: number;
}

/** Checks again, stores what was granted, checks once more, runs (architecture §3 step 7). */
export async function launch(
  run: ExecCase,
  plan: FrozenPlan,
  permit: Permit,
  deps: ExecHostDeps,
  onStarted: () => void,
): Promise<Launched | Refusal> {
  const { clock } = deps;
  const withdraw = (error: Refusal['error']) => withdrawn(permit.ruling, error, clock.now());
  if (run.request.needsScreenRecording && !deps.screenRecording()) {
    return withdraw(execFailures.screenRecordingMissing);
  }
  if (!stillHolds(plan, permit, deps)) return withdraw(execFailures.stale);
  let { ruling } = permit;
  if (permit.always !== null) {
    const stored = await storeRule(plan, permit.always, deps);
    if (stored === 'failed') return withdraw(execFailures.storeUpdateFailed);
    ruling = { ...ruling, ruleId: stored.ruleId };
    if (!stillHolds(plan, permit, deps)) return withdraw(execFailures.stale);
  }
  if (run.signal.aborted) return cancelledRefusal('caller-gone', clock.now());
  if (ruling.ruleId !== null) deps.store.recordUse(ruling.ruleId, plan.executable.path);
  onStarted();
  const startedAtMs = clock.now();
  const payload = await deps.runner.run(runSpec(plan, deps), run.signal);
  return { kind: 'launched', ruling, payload, runMs: clock.now() - startedAtMs };
}

/** Nothing is awaited between this and the spawn. */
function stillHolds(plan: FrozenPlan, permit: Permit, deps: ExecHostDeps): boolean {
  return sameAsNow(plan.sightings, deps.plan.probe) && policyHolds(plan, permit, deps);
}

/** A person's answer outlives an edit of the rules, but not a deny; a rule's answer needs a rule. */
function policyHolds(plan: FrozenPlan, permit: Permit, deps: ExecHostDeps): boolean {
  const { hash, problem } = deps.store.current();
  if (problem !== null) return false;
  if (hash === permit.policyHash) return true;
  const verdict = deps.engine(plan, deps.store.resolve(plan.agentId), deps.clock.now());
  const isAutomatic = permit.ruling.decision === null;
  return isAutomatic ? verdict.kind === 'allow' : verdict.kind !== 'deny';
}

/** Evaluated again under the policy of now; a rule that would not stop the question is not stored. */
async function storeRule(
  plan: FrozenPlan,
  always: NonNullable<Permit['always']>,
  deps: ExecHostDeps,
): Promise<{ readonly ruleId: string | null } | 'failed'> {
  const now = deps.clock.now();
  const policy = deps.store.resolve(plan.agentId);
  const verdict = deps.engine(plan, policy, now);
  // An identical request that shared the question was quicker.
  if (verdict.kind === 'allow') return { ruleId: verdict.ruleId };
  if (!wouldAllow(deps.engine, plan, policy, always, now)) return { ruleId: null };
  try {
    return { ruleId: await deps.store.addRule(plan.agentId, always) };
  } catch (error) {
    deps.log.error('exec.rule.not-stored', { error: errorText(error) });
    return 'failed';
  }
}

function runSpec(plan: FrozenPlan, deps: ExecHostDeps) {
  return {
    file: plan.executable.path,
    argv: plan.argv,
    cwd: plan.cwd.path,
    env: plan.env,
    timeoutMs: plan.timeoutMs,
    maxBytesPerStream: deps.maxBytesPerStream ?? defaultMaxBytesPerStream,
  };
}
