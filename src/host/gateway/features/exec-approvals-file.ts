import { CompanionError } from '#core/errors.ts';
import { restoreClosed } from '#core/policy/closed-view.ts';
import { redactedSnapshot } from '#core/policy/document.ts';
import type { PolicySnapshot } from '#core/policy/types.ts';
import type { Logger, PolicyStore } from '#core/ports.ts';
import type { ApprovalsDocument, ApprovalsSnapshot } from '#protocol/approvals-document.ts';
import {
  approvalsGetParamsSchema,
  approvalsNodeGetParamsSchema,
  approvalsNodeSetParamsSchema,
  approvalsSetParamsSchema,
} from '#protocol/gateway-approvals.ts';
import { clientIdentity, clientName } from '../callers.ts';
import type { Invocations } from '../invocations.ts';
import { outcomeError, refusalError } from '../node-errors.ts';
import { parseParams } from '../params.ts';
import type { GatewayFeature, MethodCall } from '../types.ts';

export interface ExecApprovalsFileDeps {
  readonly policy: Pick<PolicyStore, 'current' | 'replace'>;
  readonly invocations: Pick<Invocations, 'start' | 'hold'>;
  readonly logger: Logger;
  /** False: a person has not agreed to what the change allows (S17). */
  readonly confirmChange: (
    before: ApprovalsDocument,
    after: ApprovalsDocument,
    who: string,
    signal: AbortSignal,
  ) => Promise<boolean>;
}

/** `exec.approvals.*`: the policy document, ours and that of nodes (gateway §9). */
export function createExecApprovalsFileFeature(deps: ExecApprovalsFileDeps): GatewayFeature {
  return {
    methods: {
      'exec.approvals.get'(params) {
        parseParams('exec.approvals.get', approvalsGetParamsSchema, params);
        return answer(deps.policy.current());
      },
      'exec.approvals.set': (params, call) => setDocument(deps, params, call),
      'exec.approvals.node.get'(params, call) {
        const method = 'exec.approvals.node.get';
        const { nodeId } = parseParams(method, approvalsNodeGetParamsSchema, params);
        return relay(deps, nodeId, 'system.execApprovals.get', {}, call);
      },
      'exec.approvals.node.set'(params, call) {
        const method = 'exec.approvals.node.set';
        const { nodeId, ...rest } = parseParams(method, approvalsNodeSetParamsSchema, params);
        return relay(deps, nodeId, 'system.execApprovals.set', rest, call);
      },
    },
  };
}

async function setDocument(
  deps: ExecApprovalsFileDeps,
  params: unknown,
  { session, signal }: MethodCall,
): Promise<ApprovalsSnapshot> {
  const parsed = parseParams('exec.approvals.set', approvalsSetParamsSchema, params);
  const before = checkHash(deps.policy.current(), parsed.baseHash);
  const after = restoreClosed(before.document, parsed.file);
  const who = clientName(session);
  const leave = deps.invocations.hold(clientIdentity(session));
  const agreed = await deps.confirmChange(before.document, after, who, signal).finally(leave);
  if (!agreed) {
    deps.logger.warn('gateway.approvals.set-refused', { who });
    throw new CompanionError('UNAVAILABLE', 'exec approvals not changed: a person must allow it');
  }
  // A person may have taken minutes.
  checkHash(deps.policy.current(), before.hash);
  const stored = await deps.policy.replace(after, before.hash);
  deps.logger.info('gateway.approvals.set', { who, hash: stored.hash });
  return answer(stored);
}

/** @throws CompanionError INVALID_REQUEST with the texts of gateway §9. */
function checkHash(current: PolicySnapshot, baseHash: string | undefined): PolicySnapshot {
  const conflict = (what: string) =>
    new CompanionError(
      'INVALID_REQUEST',
      `exec approvals ${what}; re-run exec.approvals.get and retry`,
    );
  if (current.exists && baseHash === undefined) throw conflict('base hash required');
  if (baseHash !== undefined && baseHash !== current.hash) {
    throw conflict('changed since last load');
  }
  return current;
}

/** Every Gateway client of protocol 3 knows the closed schema only (exec-ipc §4.1). */
function answer(snapshot: PolicySnapshot): ApprovalsSnapshot {
  return redactedSnapshot(snapshot, { closedSchema: true });
}

/** Passes the node's own answer on; the node asks a person where its document would widen. */
async function relay(
  deps: ExecApprovalsFileDeps,
  nodeId: string,
  command: string,
  params: object,
  { session }: MethodCall,
): Promise<unknown> {
  const call = { nodeId, command, paramsJSON: JSON.stringify(params) };
  const started = deps.invocations.start(call, clientIdentity(session));
  if (!(started instanceof Promise)) {
    if (started.kind !== 'not-connected') throw refusalError(started, command);
    // Unlike node.invoke, the recorded peers tell this in the shape of a node's error.
    const nodeError = { code: 'NOT_CONNECTED', message: 'node not connected' };
    throw outcomeError({ kind: 'failed', error: nodeError }, command);
  }
  const outcome = await started;
  if (outcome.kind !== 'ok') throw outcomeError(outcome, command);
  return outcome.payloadJSON === null ? outcome.payload : parsedSnapshot(outcome.payloadJSON);
}

function parsedSnapshot(payloadJSON: string): unknown {
  try {
    return JSON.parse(payloadJSON);
  } catch (cause) {
    throw new CompanionError('UNAVAILABLE', 'the node answered with text that is no JSON', {
      cause,
    });
  }
}
