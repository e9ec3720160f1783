import { CompanionError, errorText } from '#core/errors.ts';
import { firstChange } from '#core/exec/changes.ts';
import { execFailures } from '#core/exec/failures.ts';
import { defaultMaxBytesPerStream } from '#core/exec/output-tail.ts';
import { usefulRules } from '#core/exec/policy-checks.ts';
import type { FrozenPlan } from '#core/exec/types.ts';
import { messages } from '#core/messages.ts';
import type { AlwaysGrant } from '#core/policy/always-grant.ts';
import type { RunSpec } from '#core/ports.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import { cancelledRefusal, overtaken, withdrawn } from './rulings.ts';
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
  const lapsed = lapse(plan, permit, deps);
  if (lapsed !== null) return lapsed;
  let { ruling } = permit;
  if (permit.always !== null) {
    const granted = await storeRules(plan, permit.always, ruling, deps);
    if (granted === 'failed') return withdraw(execFailures.storeUpdateFailed);
    ruling = granted;
    const lapsedMeanwhile = lapse(plan, permit, deps);
    if (lapsedMeanwhile !== null) return lapsedMeanwhile;
  }
  if (run.signal.aborted) return cancelledRefusal('caller-gone', clock.now());
  for (const ruleId of ruling.ruleIds) deps.store.recordUse(ruleId, plan.executable.path);
  onStarted();
  const ended = deps.activity?.started(plan);
  const startedAtMs = clock.now();
  const payload = await deps.runner
    .run(runSpec(plan, permit.runs, deps), run.signal)
    .finally(() => ended?.());
  return { kind: 'launched', ruling, payload, runMs: clock.now() - startedAtMs };
}

/**
 * What took the permit away; null: it still holds. Nothing is awaited between this and the spawn.
 */
function lapse(plan: FrozenPlan, permit: Permit, deps: ExecHostDeps): Refusal | null {
  const { ruling } = permit;
  const now = deps.clock.now();
  if (deps.standsStill()) return withdrawn(ruling, execFailures.standstill, now);
  const change = firstChange(plan.sightings, deps.plan.probe);
  if (change !== null) return overtaken(ruling, change, now);
  return policyHolds(plan, permit, deps) ? null : overtaken(ruling, { kind: 'rules' }, now);
}

/** A person's answer outlives an edit of the rules, but not a deny; a rule's answer needs a rule. */
function policyHolds(plan: FrozenPlan, permit: Permit, deps: ExecHostDeps): boolean {
  const { hash, problem } = deps.store.current();
  if (problem !== null) return false;
  if (hash === permit.policyHash) return true;
  const verdict = deps.engine(plan, deps.store.resolve(plan.agentId), deps.clock.now());
  const isAutomatic = permit.ruling.decision === null;
  if (!isAutomatic) return verdict.kind !== 'deny';
  return verdict.kind === 'allow' && verdict.runs === permit.runs;
}

/** Evaluated again under the policy of now; rules that would not be used are not stored. */
async function storeRules(
  plan: FrozenPlan,
  { agentId, rules }: AlwaysGrant,
  ruling: Ruling,
  deps: ExecHostDeps,
): Promise<Ruling | 'failed'> {
  const now = deps.clock.now();
  const policy = deps.store.resolve(plan.agentId);
  const verdict = deps.engine(plan, policy, now);
  // An identical request that shared the question was quicker.
  if (verdict.kind === 'allow') return { ...ruling, ruleIds: verdict.ruleIds };
  const useful = usefulRules(deps.engine, plan, policy, rules, now);
  if (useful.length === 0) return ruling;
  try {
    const ruleIds = await deps.store.addRules(agentId, useful);
    const reason = `${ruling.reason} ${messages.always.stored(agentId, useful)}`;
    return { ...ruling, ruleIds, reason };
  } catch (error) {
    deps.log.error('exec.rule.not-stored', { error: errorText(error) });
    return 'failed';
  }
}

function runSpec(plan: FrozenPlan, runs: Permit['runs'], deps: ExecHostDeps): RunSpec {
  return {
    ...(runs === 'as-proved' ? provedCommand(plan) : askedCommand(plan)),
    env: plan.env,
    timeoutMs: plan.timeoutMs,
    maxBytesPerStream: deps.maxBytesPerStream ?? defaultMaxBytesPerStream,
  };
}

type Command = Pick<RunSpec, 'file' | 'argv' | 'cwd'>;

function askedCommand({ executable, argv, cwd }: FrozenPlan): Command {
  return { file: executable.path, argv, cwd: cwd.path };
}

/**
 * What the rules spoke of and nothing else: one literal command without its shell, a list of them
 * in a plain one, under the PATH its programs were found with (D9).
 */
export function provedCommand(plan: FrozenPlan): Command {
  const { proof } = plan;
  if (proof.kind === 'unproved') throw new CompanionError('INTERNAL', 'the plan is not proved');
  const [{ argv, executable }] = proof.segments;
  const cwd = proof.cwd.path;
  if (proof.text === null || proof.form !== 'shell-list') {
    return { file: executable.path, argv, cwd };
  }
  return { file: '/bin/sh', argv: ['/bin/sh', '-c', proof.text], cwd };
}
