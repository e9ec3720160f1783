import { CompanionError } from '#core/errors.ts';
import { restoreClosed } from '#core/policy/closed-view.ts';
import { redactedSnapshot } from '#core/policy/document.ts';
import type { PolicySnapshot } from '#core/policy/types.ts';
import { describeWidening } from '#core/policy/widening.ts';
import type { Logger, PolicyStore } from '#core/ports.ts';
import type { ApprovalsDocument, ApprovalsSnapshot } from '#protocol/approvals-document.ts';
import {
  execApprovalsGetParamsSchema,
  execApprovalsSetParamsSchema,
} from '#protocol/node-commands.ts';
import type { NodeCommandHandler } from '../types.ts';
import { commandParams } from './params.ts';

/** A change that allows more than before, as a person has to judge it (S17). */
export interface PolicyChange {
  readonly before: ApprovalsDocument;
  readonly after: ApprovalsDocument;
  /** One sentence for each way in which `after` allows more; quotes the document unsanitised. */
  readonly widening: readonly string[];
}

export interface ExecApprovalsDeps {
  readonly store: PolicyStore;
  /** Asks a person. Aborting `signal` takes the question away. */
  readonly confirmWidening: (
    change: PolicyChange,
    signal: AbortSignal,
  ) => Promise<'allowed' | 'denied'>;
  readonly log: Logger;
}

/** `system.execApprovals.get` (node-commands §2.4). */
export function createExecApprovalsGet(deps: {
  readonly store: Pick<PolicyStore, 'current' | 'resolve'>;
}): NodeCommandHandler {
  return async (params) => {
    const { includeResolvedDefaults } = commandParams(execApprovalsGetParamsSchema, params ?? {});
    const snapshot = shown(usable(deps.store.current()));
    if (!includeResolvedDefaults) return snapshot;
    const { security, ask, askFallback, autoAllowSkills } = deps.store.resolve(null);
    return { ...snapshot, resolvedDefaults: { security, ask, askFallback, autoAllowSkills } };
  };
}

/**
 * `system.execApprovals.set` (node-commands §2.4). A caller on the other side of a Gateway can
 * narrow the policy; every widening needs a person here (S17). It never moves the socket: who
 * chooses its path or token decides who can talk to us.
 */
export function createExecApprovalsSet(deps: ExecApprovalsDeps): NodeCommandHandler {
  return async (params, { signal }) => {
    if (typeof params === 'object' && params !== null && !('file' in params)) {
      throw refused('exec approvals file required');
    }
    const { file, baseHash } = commandParams(execApprovalsSetParamsSchema, params);
    const current = usable(deps.store.current());
    // Checked here too, so that a person is not asked about a change that is out of date.
    requireBase(current, baseHash ?? null);
    const { socket: _kept, ...after } = restoreClosed(current.document, file);
    const widening = describeWidening(current.document, after);
    if (widening.length > 0) {
      const change = { before: current.document, after, widening };
      const answer = await deps.confirmWidening(change, signal);
      deps.log.info('policy.widening', { answer, changes: widening.length });
      if (answer !== 'allowed') {
        throw new CompanionError(
          'DENIED',
          'EXEC_APPROVALS_DENIED: a person must allow a wider policy',
        );
      }
    }
    return shown(await deps.store.replace(after, baseHash ?? null));
  };
}

/**
 * Any Gateway may stand in between, and FEB's refuses keys it does not know (exec-ipc §4.1). What
 * this leaves out is restored when the document comes back.
 */
function shown(snapshot: PolicySnapshot): ApprovalsSnapshot {
  return redactedSnapshot(snapshot, { closedSchema: true });
}

/** An unusable store is neither shown as an empty policy nor overwritten by one (D5). */
function usable(snapshot: PolicySnapshot): PolicySnapshot {
  if (snapshot.problem === null) return snapshot;
  throw new CompanionError('UNAVAILABLE', `EXEC_APPROVALS_UNAVAILABLE: ${snapshot.problem}`);
}

function requireBase(current: PolicySnapshot, baseHash: string | null): void {
  if (!current.exists) return;
  if (!baseHash) throw refused('exec approvals base hash required; reload and retry');
  if (baseHash !== current.hash) throw refused('exec approvals changed; reload and retry');
}

/** Texts of node-commands §2.4. */
function refused(what: string): CompanionError {
  return new CompanionError('INVALID_REQUEST', `INVALID_REQUEST: ${what}`);
}
