import { inlineShellPayload } from '#core/exec/command-text.ts';
import { execFailures, executableNotFound } from '#core/exec/failures.ts';
import { freezePlan } from '#core/exec/plan.ts';
import { wouldAllow } from '#core/exec/policy-checks.ts';
import type { ExecFailure, ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { validateRequest } from '#core/exec/validate.ts';
import type { Ask, Security } from '#protocol/approvals-document.ts';
import type { ExecHostDeps } from './types.ts';

/** Result of `system.run.prepare` (exec-ipc §6.2). */
interface PreparedRun {
  readonly plan: {
    readonly argv: readonly string[];
    /** Real path of the working folder. */
    readonly cwd: string;
    readonly commandText: string;
    /** The script of a plain `sh -c SCRIPT`. */
    readonly commandPreview: string | null;
    readonly agentId: string | null;
    readonly sessionKey: string | null;
  };
  readonly execPolicy: { readonly security: Security; readonly ask: Ask };
  /** Whether "always" would be offered, and the real paths its rule would name. */
  readonly allowAlwaysCoverage: {
    readonly complete: boolean;
    readonly patterns: readonly string[];
  };
}

type PrepareResult =
  | { readonly ok: true; readonly payload: PreparedRun }
  | { readonly ok: false; readonly error: ExecFailure };

/** Says what a run would be. Runs nothing, asks nobody, grants nothing. */
export type PrepareFn = (request: ExecRequest, origin: ExecOrigin) => Promise<PrepareResult>;

export function createPrepare(deps: ExecHostDeps): PrepareFn {
  return async (request, origin) => {
    const malformed = validateRequest(request);
    if (malformed !== null) return { ok: false, error: malformed };
    if (deps.store.current().problem !== null) {
      return { ok: false, error: execFailures.storeUnusable };
    }
    const frozen = await freezePlan(request, origin, deps.plan);
    if (frozen.kind === 'refused') return { ok: false, error: frozen.error };
    if (frozen.kind === 'not-found') {
      return { ok: false, error: executableNotFound(frozen.message) };
    }
    const { plan } = frozen;
    const now = deps.clock.now();
    const policy = deps.store.resolve(plan.agentId);
    const verdict = deps.engine(plan, policy, now);
    const always = verdict.kind === 'prompt' ? verdict.always : [];
    const covered = wouldAllow(deps.engine, plan, policy, always, now);
    return {
      ok: true,
      payload: {
        plan: {
          argv: plan.argv,
          cwd: plan.cwd.path,
          commandText: plan.commandText,
          commandPreview: inlineShellPayload(plan.argv),
          agentId: request.agentId,
          sessionKey: request.sessionKey,
        },
        execPolicy: { security: policy.security, ask: policy.ask },
        allowAlwaysCoverage: {
          complete: covered,
          patterns: covered ? [...new Set(always.map(({ pattern }) => pattern))] : [],
        },
      },
    };
  };
}
