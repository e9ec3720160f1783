import { CompanionError } from '#core/errors.ts';
import { execFailures } from '#core/exec/failures.ts';
import type { ExecRequest } from '#core/exec/types.ts';
import { toExecRequest } from '#host/sockets/inner-request.ts';
import { type ExecDecision, execDecisionSchema } from '#protocol/exec-socket.ts';
import type { SystemRunParams, SystemRunPrepareParams } from '#protocol/node-commands.ts';

/**
 * Parameters of `system.run` as a request to the exec host. Argv stays exactly as it came.
 * @throws CompanionError INVALID_REQUEST `command required` (exec-ipc §3.2).
 */
export function runRequest(params: SystemRunParams, runId: string): ExecRequest {
  return required(toExecRequest({ ...params, runId, approvalDecision: claimedDecision(params) }));
}

/** Parameters of `system.run.prepare`. */
export function prepareRequest(params: SystemRunPrepareParams): ExecRequest {
  return required(toExecRequest(params));
}

function required(request: ExecRequest | null): ExecRequest {
  if (request !== null && request.argv[0].trim() !== '') return request;
  const { code, message } = execFailures.commandRequired;
  throw new CompanionError(code, message);
}

/** A claim, never a grant (D6). `approvalSource` says that no person decided: then there is none. */
function claimedDecision(params: SystemRunParams): ExecDecision | null {
  const decision = execDecisionSchema.safeParse(params.approvalDecision?.trim());
  if (decision.success && decision.data === 'deny') return 'deny';
  if (params.approvalSource) return null;
  if (decision.success) return decision.data;
  return params.approved === true ? 'allow-once' : null;
}
