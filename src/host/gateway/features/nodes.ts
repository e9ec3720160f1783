import { CompanionError } from '#core/errors.ts';
import type { Clock, Hasher, Logger } from '#core/ports.ts';
import {
  type NodeExecEvent,
  type NodeInvokeParams,
  type NodeInvokeResponse,
  nodeDescribeParamsSchema,
  nodeEventParamsSchema,
  nodeExecEventSchema,
  nodeInvokeParamsSchema,
  nodeInvokeResultParamsSchema,
  nodeListParamsSchema,
  nodeRenameParamsSchema,
} from '#protocol/gateway-nodes.ts';
import { type CallerWatch, createCallerWatch } from '../caller-watch.ts';
import { clientIdentity, idempotencyScope } from '../callers.ts';
import type { Invocations, InvokeOutcome } from '../invocations.ts';
import { createInvokeMemory, type InvokeMemory } from '../invoke-memory.ts';
import { outcomeError, refusalError } from '../node-errors.ts';
import { type NodeRegistry, nodeIdOf } from '../node-registry.ts';
import { parseParams } from '../params.ts';
import type { Broadcaster, GatewayFeature, MethodCall, MethodHandler, Session } from '../types.ts';

/** An `exec.*` event of a node (exec-ipc §6.4), payload checked. */
export interface NodeExecReport {
  readonly nodeId: string;
  readonly event: 'exec.started' | 'exec.finished' | 'exec.denied';
  readonly payload: NodeExecEvent;
}

export interface NodesFeatureDeps {
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly logger: Logger;
  readonly broadcaster: Pick<Broadcaster, 'sendTo'>;
  readonly registry: NodeRegistry;
  readonly invocations: Invocations;
  /** Words sent to every node after hello. */
  readonly voicewakeTriggers: () => readonly string[];
  readonly onExecEvent?: (report: NodeExecReport) => void;
}

/** `node.*`: what is connected, and calls to it (gateway §8). */
export function createNodesFeature(deps: NodesFeatureDeps): GatewayFeature {
  const memory = createInvokeMemory(deps);
  const { clock, invocations } = deps;
  const callers = createCallerWatch({ clock, cancel: invocations.cancel });
  return {
    methods: {
      ...directoryMethods(deps),
      'node.invoke': (params, call) => invoke(deps, memory, callers, params, call),
      'node.invoke.result': (params, call) => takeResult(deps, params, call.session),
      'node.event': (params, call) => takeEvent(deps, params, call.session),
    },
    events: ['node.invoke.request', 'node.invoke.cancel', 'voicewake.changed'],
    connected(session) {
      if (session.role !== 'node') return;
      deps.registry.register(session);
      const triggers = deps.voicewakeTriggers();
      deps.broadcaster.sendTo(session, 'voicewake.changed', { triggers });
    },
    disconnected(session) {
      callers.left(session);
      if (session.role !== 'node') return;
      deps.registry.unregister(session);
      deps.invocations.drop(session);
    },
    stop() {
      callers.stop();
      deps.invocations.stop();
      memory.stop();
      deps.registry.stop();
    },
  };
}

function directoryMethods(deps: NodesFeatureDeps): Record<string, MethodHandler> {
  const { registry, clock } = deps;
  return {
    'node.list'(params) {
      parseParams('node.list', nodeListParamsSchema, params ?? {});
      return { ts: clock.now(), nodes: registry.list() };
    },
    'node.describe'(params) {
      const { nodeId } = parseParams('node.describe', nodeDescribeParamsSchema, params);
      const node = registry.describe(nodeId);
      if (!node) throw unknownNode();
      return { ts: clock.now(), ...node };
    },
    async 'node.rename'(params) {
      const parsed = parseParams('node.rename', nodeRenameParamsSchema, params);
      const displayName = parsed.displayName.trim();
      if (displayName === '') throw new CompanionError('INVALID_REQUEST', 'displayName required');
      if (!(await registry.rename(parsed.nodeId, displayName))) throw unknownNode();
      return { nodeId: parsed.nodeId, displayName };
    },
  };
}

async function invoke(
  deps: NodesFeatureDeps,
  memory: InvokeMemory,
  callers: CallerWatch,
  params: unknown,
  { session }: MethodCall,
): Promise<NodeInvokeResponse> {
  const request = parseParams('node.invoke', nodeInvokeParamsSchema, params);
  const call = {
    nodeId: request.nodeId,
    command: request.command,
    paramsJSON: request.params === undefined ? null : JSON.stringify(request.params),
    timeoutMs: request.timeoutMs,
    idempotencyKey: request.idempotencyKey,
  };
  // It outlives the caller's connection: a retry after reconnecting must not run twice.
  const started = memory.once(idempotencyScope(session), call, () =>
    deps.invocations.start(call, clientIdentity(session)),
  );
  if (!(started instanceof Promise)) throw refusalError(started, request.command);
  callers.join(started, session);
  return responseOf(request, await started);
}

function responseOf(request: NodeInvokeParams, outcome: InvokeOutcome): NodeInvokeResponse {
  const { nodeId, command } = request;
  if (outcome.kind !== 'ok') throw outcomeError(outcome, command);
  const { payloadJSON } = outcome;
  const payload = payloadJSON ? parsedOrWrapped(payloadJSON) : outcome.payload;
  return { ok: true, nodeId, command, payload, payloadJSON };
}

/** Text that is no JSON reaches the operator wrapped, as the recorded peers do (gateway §8). */
function parsedOrWrapped(payloadJSON: string): unknown {
  try {
    return JSON.parse(payloadJSON);
  } catch {
    // Not JSON: the node's fault, and still its answer.
    return { payloadJSON };
  }
}

function takeResult(deps: NodesFeatureDeps, params: unknown, session: Session) {
  const result = parseParams('node.invoke.result', nodeInvokeResultParamsSchema, params);
  if (result.nodeId !== nodeIdOf(session)) {
    throw new CompanionError('INVALID_REQUEST', 'nodeId mismatch');
  }
  return deps.invocations.settle(session, result) ? { ok: true } : { ok: true, ignored: true };
}

/** Unknown events are acknowledged and dropped: newer nodes send more than we know. */
function takeEvent(deps: NodesFeatureDeps, params: unknown, session: Session) {
  const { event, payload, payloadJSON } = parseParams('node.event', nodeEventParamsSchema, params);
  if (event !== 'exec.started' && event !== 'exec.finished' && event !== 'exec.denied') {
    return { ok: true };
  }
  const value = payloadJSON === undefined ? payload : parsedOrWrapped(payloadJSON);
  const parsed = nodeExecEventSchema.safeParse(value);
  const nodeId = nodeIdOf(session);
  if (parsed.success) deps.onExecEvent?.({ nodeId, event, payload: parsed.data });
  else deps.logger.warn('gateway.node-event.unreadable', { nodeId, event });
  return { ok: true };
}

function unknownNode(): CompanionError {
  return new CompanionError('INVALID_REQUEST', 'unknown nodeId');
}
