import { CompanionError } from '#core/errors.ts';
import { legacyCommandText } from '#core/exec/command-text.ts';
import type { ExecOrigin, ExecRequest, ExecuteFn } from '#core/exec/types.ts';
import type { Ids } from '#core/ports.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import { systemRunParamsSchema } from '#protocol/node-commands.ts';
import type { ExecEvents, RunFacts } from '../exec-events.ts';
import type { NodeCommandHandler } from '../types.ts';
import { runRequest } from './exec-request.ts';
import { commandParams } from './params.ts';
import { fitRunPayload } from './run-payload.ts';

export interface SystemRunDeps {
  readonly execute: ExecuteFn;
  readonly origin: Pick<ExecOrigin, 'transport' | 'nodeId' | 'nodeName'>;
  readonly events: ExecEvents;
  readonly ids: Ids;
  /** Session of a caller that names none (exec-ipc §6.4). */
  readonly defaultSessionKey: () => string;
  /** The companion says when a command starts; a headless node host never does (exec-ipc §6.4). */
  readonly announceStart: boolean;
  /** Room for a result in one frame, in bytes. */
  readonly maxResultBytes: () => number;
}

/** What a Gateway waits when the caller named no time (node-commands §1.4). */
const gatewayDefaultMs = 30_000;

/** `system.run` (node-commands §2.1, exec-ipc §6.5). A non-zero exit is a result, not an error. */
export function createSystemRun(deps: SystemRunDeps): NodeCommandHandler {
  return async (params, invocation) => {
    const parsed = commandParams(systemRunParamsSchema, params);
    const request = runRequest(parsed, parsed.runId?.trim() || deps.ids.uuid());
    const facts: RunFacts = {
      runId: request.runId ?? invocation.id,
      sessionKey: request.sessionKey ?? deps.defaultSessionKey(),
      command: request.rawCommand ?? legacyCommandText(request.argv),
      suppressNotifyOnExit: parsed.suppressNotifyOnExit ?? false,
    };
    const origin = { ...deps.origin, budgetMs: budget(invocation.timeoutMs) };
    return run(deps, request, origin, facts, invocation.signal);
  };
}

async function run(
  deps: SystemRunDeps,
  request: ExecRequest,
  origin: ExecOrigin,
  facts: RunFacts,
  signal: AbortSignal,
): Promise<RunPayload> {
  let started = !deps.announceStart;
  const announce = () => {
    if (started) return;
    started = true;
    deps.events.started(facts);
  };
  const result = await deps.execute(request, origin, signal, announce);
  if (!result.ok) {
    deps.events.denied(facts, result.error.reason);
    throw new CompanionError(result.error.code, result.error.message);
  }
  announce();
  deps.events.finished(facts, result.payload);
  return fitRunPayload(result.payload, deps.maxResultBytes());
}

/** Minus the way there and back; also keeps us apart from FEB's fixed 15 000 (D15). */
function budget(timeoutMs: number | null): number {
  const waits = timeoutMs ?? gatewayDefaultMs;
  return Math.max(1, Math.floor(waits - Math.min(50, waits / 20)));
}
