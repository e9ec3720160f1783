import { decisionSentence } from '#core/audit/decision-sentence.ts';
import { errorText } from '#core/errors.ts';
import { executableNotFound, internalFailure } from '#core/exec/failures.ts';
import { freezePlan } from '#core/exec/plan.ts';
import type { ExecFailure, ExecResult, ExecuteFn, FrozenPlan } from '#core/exec/types.ts';
import { validateRequest } from '#core/exec/validate.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import { auditRow } from './audit-row.ts';
import { authorize, closedPolicy } from './authorize.ts';
import { launch } from './launch.ts';
import { createPrepare, type PrepareFn } from './prepare.ts';
import { cancelledRefusal, refusal } from './rulings.ts';
import type { ExecCase, ExecHostDeps, Permit, Refusal } from './types.ts';

/** Decides and runs commands: the one way in for every transport (architecture §3 steps 5–8). */
export interface ExecHost {
  readonly execute: ExecuteFn;
  readonly prepare: PrepareFn;
}

export function createExecHost(deps: ExecHostDeps): ExecHost {
  const execute: ExecuteFn = async (request, origin, signal, onStarted) => {
    const requestId = deps.ids.uuid();
    const run = { request, origin, signal, requestId, arrivedAtMs: deps.clock.now() };
    try {
      return await handle(run, deps, () => onStarted?.());
    } catch (error) {
      deps.log.error('exec.internal', { id: requestId, error: errorText(error) });
      const failure = internalFailure(requestId);
      return refuse(run, null, refusal(failure, 'policy', deps.clock.now()), deps);
    }
  };
  return { execute, prepare: createPrepare(deps) };
}

/** Every path out of here writes exactly one audit row, as its last step. */
async function handle(
  run: ExecCase,
  deps: ExecHostDeps,
  onStarted: () => void,
): Promise<ExecResult> {
  const { clock } = deps;
  if (run.signal.aborted) {
    return refuse(run, null, cancelledRefusal('caller-gone', clock.now()), deps);
  }
  const malformed = validateRequest(run.request);
  if (malformed !== null) return refuseRequest(run, malformed, deps);
  const closed = closedPolicy(run, deps);
  if (closed !== null) return refuse(run, null, closed, deps);

  const frozen = await freezePlan(run.request, run.origin, deps.plan);
  if (frozen.kind === 'refused') return refuseRequest(run, frozen.error, deps);
  if (frozen.kind === 'not-found') return notFound(run, frozen.message, deps);

  const { plan } = frozen;
  const authorization = await authorize(run, plan, deps);
  if (authorization.kind === 'refusal') return refuse(run, plan, authorization, deps);
  const done = await launch(run, plan, authorization, deps, onStarted);
  if (done.kind === 'refusal') return refuse(run, plan, done, deps, authorization);
  deps.audit.record(auditRow(run, plan, done.ruling, done));
  return { ok: true, payload: done.payload };
}

function refuseRequest(run: ExecCase, error: ExecFailure, deps: ExecHostDeps): ExecResult {
  return refuse(run, null, refusal(error, 'request', deps.clock.now()), deps);
}

/** @param permit what had been given before: whoever gave it hears that nothing ran. */
function refuse(
  run: ExecCase,
  plan: FrozenPlan | null,
  { ruling, error }: Refusal,
  deps: ExecHostDeps,
  permit?: Permit,
): ExecResult {
  const row = auditRow(run, plan, ruling, null);
  deps.audit.record(row);
  // Where they gave it is no news to them.
  permit?.nothingRan?.(decisionSentence({ ...row, surface: null }));
  return { ok: false, error };
}

/** A program that is not there cannot be approved; the answer is the one of a failed spawn (§3.7). */
function notFound(run: ExecCase, error: string, deps: ExecHostDeps): ExecResult {
  const payload: RunPayload = { timedOut: false, success: false, stdout: '', stderr: '', error };
  const { ruling } = refusal(executableNotFound(error), 'request', deps.clock.now());
  deps.audit.record(auditRow(run, null, ruling, { payload, runMs: null }));
  return { ok: true, payload };
}
