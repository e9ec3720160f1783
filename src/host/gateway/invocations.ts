import { type CommandRefusal, checkCommand } from '#core/gateway/command-policy.ts';
import type { Cancel, Clock, Ids } from '#core/ports.ts';
import type { NodeInvokeRequest, NodeInvokeResultParams } from '#protocol/gateway-nodes.ts';
import { createAwaitingCallers } from './awaiting-callers.ts';
import type { ConnectedNode, NodeRegistry } from './node-registry.ts';
import type { Broadcaster, Session } from './types.ts';

/** Calls to nodes that wait for an answer (gateway §8). */

const defaultInvokeTimeoutMs = 30_000;
/** A 32-bit timer takes no more. */
const maxTimeoutMs = 2_147_483_647;
/** Commands about which the node may ask a person. */
const askingCommands: ReadonlySet<string> = new Set(['system.run', 'system.execApprovals.set']);
/** How long such a call still counts as its caller's when given up: longer than its prompt. */
const abandonedMs = 120_000;
/** Per operator identity and in all, so that one of them cannot starve the others (S26). */
const maxInFlightPerCaller = 1024;
const maxInFlight = 4096;

export interface InvokeCall {
  readonly nodeId: string;
  readonly command: string;
  /** Parameters as JSON text; null when the caller sent none. */
  readonly paramsJSON: string | null;
  readonly timeoutMs?: number | undefined;
  readonly idempotencyKey?: string | undefined;
}

interface NodeError {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** What became of a call that was sent. */
export type InvokeOutcome =
  | { readonly kind: 'ok'; readonly payload: unknown; readonly payloadJSON: string | null }
  /** The node's error, or ours with code TIMEOUT. */
  | { readonly kind: 'failed'; readonly error: NodeError | null }
  | { readonly kind: 'disconnected' };

/** Why a call was not sent. */
export type InvokeRefusal =
  | { readonly kind: 'not-connected' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'not-allowed'; readonly reason: CommandRefusal };

export interface Invocations {
  /**
   * Checks policy and sends the call.
   * @param caller `clientIdentity` of the operator.
   */
  start(call: InvokeCall, caller: string): Promise<InvokeOutcome> | InvokeRefusal;
  /** The node answered. False: late, unknown, or not asked on this connection. */
  settle(session: Session, result: NodeInvokeResultParams): boolean;
  /**
   * Nobody waits for the call any more: asks the node to stop what it does for it, or to stop
   * asking. Only for commands a person may be asked about; older nodes do not know the event.
   */
  cancel(call: Promise<InvokeOutcome>): void;
  /** The node's connection closed: fails its calls. */
  drop(session: Session): void;
  /**
   * The caller has a `system.run` or a policy change that the node has not answered, abandoned ones
   * included: it must not answer the prompt for it (S1, S17).
   */
  hasRunInFlight(caller: string): boolean;
  /** Counts the caller the same way for a wait that is not a node's; call the result to end it. */
  hold(caller: string): () => void;
  stop(): void;
}

export interface InvocationsDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly registry: Pick<NodeRegistry, 'get'>;
  readonly sendTo: Broadcaster['sendTo'];
}

interface Entry {
  readonly session: Session;
  readonly caller: string;
  /** Null for commands nobody is asked about. */
  readonly leave: (() => void) | null;
  /** Null once the caller has its answer and only the wait is remembered. */
  answer: ((outcome: InvokeOutcome) => void) | null;
  cancelTimer: Cancel;
}

const timedOut: InvokeOutcome = {
  kind: 'failed',
  error: { code: 'TIMEOUT', message: 'node invoke timed out' },
};
const disconnected: InvokeOutcome = { kind: 'disconnected' };

export function createInvocations(deps: InvocationsDeps): Invocations {
  const entries = new Map<string, Entry>();
  const byNode = new Map<Session, Set<string>>();
  const load = new Map<string, number>();
  const awaiting = createAwaitingCallers();
  const cancellable = new WeakMap<Promise<InvokeOutcome>, string>();

  const forget = (id: string, entry: Entry): void => {
    entry.cancelTimer();
    entries.delete(id);
    const ofNode = byNode.get(entry.session);
    if (ofNode?.delete(id) && ofNode.size === 0) byNode.delete(entry.session);
    count(load, entry.caller, -1);
    entry.leave?.();
  };

  /** Answers the caller without the node, which may still be at work, or asking. */
  const giveUp = (id: string, entry: Entry, outcome: InvokeOutcome): void => {
    entry.answer?.(outcome);
    entry.answer = null;
    if (!entry.leave) {
      forget(id, entry);
      return;
    }
    entry.cancelTimer();
    entry.cancelTimer = deps.clock.schedule(abandonedMs, () => forget(id, entry));
  };

  const send = (node: ConnectedNode, call: InvokeCall, caller: string): Promise<InvokeOutcome> => {
    const id = deps.ids.uuid();
    const { promise, resolve } = Promise.withResolvers<InvokeOutcome>();
    const timeoutMs = Math.min(call.timeoutMs ?? defaultInvokeTimeoutMs, maxTimeoutMs);
    const entry: Entry = {
      session: node.session,
      caller,
      leave: askingCommands.has(call.command) ? awaiting.enter(caller) : null,
      answer: resolve,
      cancelTimer: deps.clock.schedule(timeoutMs, () => giveUp(id, entry, timedOut)),
    };
    entries.set(id, entry);
    if (entry.leave) cancellable.set(promise, id);
    const ofNode = byNode.get(node.session);
    if (ofNode) ofNode.add(id);
    else byNode.set(node.session, new Set([id]));
    count(load, caller, 1);
    deps.sendTo(node.session, 'node.invoke.request', requestOf(id, call));
    return promise;
  };

  return {
    start(call, caller) {
      const node = deps.registry.get(call.nodeId);
      if (!node) return { kind: 'not-connected' };
      const reason = checkCommand(call.command, node.commands, node.allowed);
      if (reason) return { kind: 'not-allowed', reason };
      const ofCaller = load.get(caller) ?? 0;
      if (entries.size >= maxInFlight || ofCaller >= maxInFlightPerCaller) return { kind: 'busy' };
      return send(node, call, caller);
    },
    settle(session, result) {
      const entry = entries.get(result.id);
      if (entry?.session !== session) return false;
      const { answer } = entry;
      forget(result.id, entry);
      answer?.(outcomeOf(result));
      return answer !== null;
    },
    cancel(call) {
      const id = cancellable.get(call);
      const entry = id === undefined ? undefined : entries.get(id);
      if (entry) deps.sendTo(entry.session, 'node.invoke.cancel', { id });
    },
    drop(session) {
      for (const id of [...(byNode.get(session) ?? [])]) {
        const entry = entries.get(id);
        if (entry) giveUp(id, entry, disconnected);
      }
    },
    hasRunInFlight: awaiting.has,
    hold: awaiting.enter,
    stop() {
      for (const [id, entry] of [...entries]) {
        forget(id, entry);
        entry.answer?.(disconnected);
      }
    },
  };
}

/** Key order of the recorded peers. */
function requestOf(id: string, call: InvokeCall): NodeInvokeRequest {
  const request: NodeInvokeRequest = {
    id,
    nodeId: call.nodeId,
    command: call.command,
    paramsJSON: call.paramsJSON,
  };
  if (call.timeoutMs !== undefined) request.timeoutMs = call.timeoutMs;
  if (call.idempotencyKey !== undefined) request.idempotencyKey = call.idempotencyKey;
  return request;
}

/** A non-string `payloadJSON` stands for `payload`; null counts as absent (gateway §8). */
function outcomeOf(result: NodeInvokeResultParams): InvokeOutcome {
  if (!result.ok) return { kind: 'failed', error: result.error ?? null };
  const { payload, payloadJSON } = result;
  if (typeof payloadJSON === 'string') return { kind: 'ok', payload, payloadJSON };
  return { kind: 'ok', payload: payloadJSON ?? payload, payloadJSON: null };
}

function count(load: Map<string, number>, caller: string, change: 1 | -1): void {
  const calls = (load.get(caller) ?? 0) + change;
  if (calls > 0) load.set(caller, calls);
  else load.delete(caller);
}
