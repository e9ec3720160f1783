import { CompanionError } from '#core/errors.ts';
import type { ExecOrigin } from '#core/exec/types.ts';
import type { PrepareFn } from '#host/exec/prepare.ts';
import { systemRunPrepareParamsSchema } from '#protocol/node-commands.ts';
import type { NodeCommandHandler } from '../types.ts';
import { prepareRequest } from './exec-request.ts';
import { commandParams } from './params.ts';

/** `system.run.prepare` (exec-ipc §6.2): what a run would be. Runs nothing and asks nobody. */
export function createSystemRunPrepare(deps: {
  readonly prepare: PrepareFn;
  readonly origin: Pick<ExecOrigin, 'transport' | 'nodeId' | 'nodeName'>;
}): NodeCommandHandler {
  return async (params, { timeoutMs }) => {
    const request = prepareRequest(commandParams(systemRunPrepareParamsSchema, params));
    const result = await deps.prepare(request, { ...deps.origin, budgetMs: timeoutMs });
    if (result.ok) return result.payload;
    throw new CompanionError(result.error.code, result.error.message);
  };
}
