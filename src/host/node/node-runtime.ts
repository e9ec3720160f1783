import { CompanionError, errorText } from '#core/errors.ts';
import type { Cancel, Clock, Ids, Logger } from '#core/ports.ts';
import type { EventFrame } from '#protocol/gateway-frames.ts';
import {
  type NodeInvokeRequest,
  nodeInvokeCancelSchema,
  nodeInvokeRequestSchema,
} from '#protocol/gateway-nodes.ts';
import { type NodeError, type NodeFlavor, toNodeError } from './node-error.ts';
import { longestTimerMs } from './pending-requests.ts';
import type { Advertisement, GatewayLink, NodeCommandHandler } from './types.ts';

export interface NodeRuntimeDeps {
  readonly link: GatewayLink;
  /** Our device id. */
  readonly nodeId: string;
  readonly commands: ReadonlyMap<string, NodeCommandHandler>;
  readonly flavor: NodeFlavor;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** Answers the `node.invoke.request`s of one link. */
export interface NodeRuntime {
  /**
   * Offers exactly the commands that have a handler. A change reconnects (node-commands §1.6), so
   * it waits until no invocation is running.
   */
  advertise(offer: Pick<Advertisement, 'caps' | 'permissions'>): void;
  /** Stops listening and aborts what runs. */
  stop(): void;
}

interface Outcome {
  readonly ok: boolean;
  readonly payloadJSON?: string;
  readonly error?: NodeError;
}

/** More than any Gateway has reason to ask for at once. */
const maxInFlight = 1_024;

export function createNodeRuntime(deps: NodeRuntimeDeps): NodeRuntime {
  return new InvokeRuntime(deps);
}

class InvokeRuntime implements NodeRuntime {
  readonly #deps: NodeRuntimeDeps;
  readonly #running = new Map<string, AbortController>();
  readonly #stopListening: readonly (() => void)[];
  #offer: Advertisement | null = null;

  constructor(deps: NodeRuntimeDeps) {
    this.#deps = deps;
    this.#stopListening = [
      deps.link.onEvent((frame) => this.#onEvent(frame)),
      deps.link.onState((state) => {
        if (state.kind !== 'connected') this.#abortAll();
      }),
    ];
  }

  advertise(offer: Pick<Advertisement, 'caps' | 'permissions'>): void {
    this.#offer = { ...offer, commands: [...this.#deps.commands.keys()] };
    this.#advertiseWhenIdle();
  }

  stop(): void {
    for (const stop of this.#stopListening) stop();
    this.#abortAll();
  }

  #onEvent(frame: EventFrame): void {
    if (frame.event === 'node.invoke.cancel') this.#cancel(frame.payload);
    if (frame.event !== 'node.invoke.request') return;
    const request = nodeInvokeRequestSchema.safeParse(frame.payload);
    if (!request.success) {
      this.#deps.log.warn('node.invoke.malformed');
    } else if (this.#running.has(request.data.id)) {
      this.#deps.log.warn('node.invoke.duplicate', { id: request.data.id });
    } else {
      this.#serve(request.data).catch((error: unknown) =>
        this.#deps.log.error('node.invoke.failed', { error: errorText(error) }),
      );
    }
  }

  /** The caller left: its prompt is taken away, its command is killed, its answer still goes out. */
  #cancel(payload: unknown): void {
    const id = nodeInvokeCancelSchema.safeParse(payload).data?.id;
    if (id !== undefined) this.#running.get(id)?.abort(left);
  }

  async #serve(request: NodeInvokeRequest): Promise<void> {
    const abort = new AbortController();
    const full = this.#running.size >= maxInFlight;
    if (!full) this.#running.set(request.id, abort);
    let outcome: Outcome;
    try {
      if (full) throw new CompanionError('UNAVAILABLE', 'UNAVAILABLE: too many invocations');
      const result = await this.#run(request, abort);
      outcome = { ok: true, ...(result === undefined ? {} : { payloadJSON: toJson(result) }) };
    } catch (error) {
      outcome = { ok: false, error: toNodeError(error, this.#deps.flavor, this.#deps) };
    }
    // After a loss there is nobody to answer, and the next connection must not get old results.
    const connectionLost = abort.signal.aborted && abort.signal.reason === lost;
    if (!connectionLost) await this.#answer(request, outcome);
    if (!full) this.#running.delete(request.id);
    this.#advertiseWhenIdle();
  }

  async #run(request: NodeInvokeRequest, abort: AbortController): Promise<unknown> {
    const handler = this.#deps.commands.get(request.command);
    if (!handler) throw new CompanionError('INVALID_REQUEST', 'INVALID_REQUEST: unknown command');
    const params = parseParams(request.paramsJSON);
    // 0 and absent mean no limit on our side (node-commands §1.4).
    const timeoutMs = request.timeoutMs && request.timeoutMs > 0 ? request.timeoutMs : null;
    const { id, command } = request;
    const work = handler(params, { id, command, timeoutMs, signal: abort.signal });
    return timeoutMs === null ? work : this.#within(timeoutMs, work, abort);
  }

  #within(timeoutMs: number, work: Promise<unknown>, abort: AbortController): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancel: Cancel = this.#deps.clock.schedule(Math.min(timeoutMs, longestTimerMs), () => {
        reject(new CompanionError('TIMEOUT', 'node invoke timed out'));
        abort.abort(new CompanionError('TIMEOUT', 'node invoke timed out'));
      });
      work.then(resolve, reject).finally(cancel);
    });
  }

  async #answer(request: NodeInvokeRequest, outcome: Outcome): Promise<void> {
    const send = (result: Outcome) =>
      this.#deps.link.request('node.invoke.result', {
        id: request.id,
        nodeId: this.#deps.nodeId,
        ...result,
      });
    try {
      await send(outcome);
    } catch (error) {
      if (isTooLarge(error) && outcome.ok === true) {
        const told = toNodeError(error, this.#deps.flavor, this.#deps);
        await this.#answer(request, { ok: false, error: told });
        return;
      }
      this.#deps.log.info('node.invoke.unanswered', {
        command: request.command,
        error: errorText(error),
      });
    }
  }

  #abortAll(): void {
    for (const abort of this.#running.values()) abort.abort(lost);
  }

  #advertiseWhenIdle(): void {
    if (this.#offer === null || this.#running.size > 0) return;
    this.#deps.link.advertise(this.#offer);
    this.#offer = null;
  }
}

/** Abort reason of an invocation whose caller left. */
const left = new CompanionError('CANCELLED', 'the caller left');

/** Abort reason of everything that ran when its connection went away. */
const lost = new CompanionError('CANCELLED', 'the connection to the Gateway was lost');

function parseParams(paramsJSON: string | null | undefined): unknown {
  if (paramsJSON === null || paramsJSON === undefined) return undefined;
  try {
    return JSON.parse(paramsJSON);
  } catch {
    // The parser's message quotes the parameters, which may hold secrets (S30).
    throw new CompanionError('INVALID_REQUEST', 'INVALID_REQUEST: paramsJSON is not JSON');
  }
}

/** A result that JSON cannot carry is a defect of the handler; it becomes an INTERNAL error. */
function toJson(result: unknown): string {
  const text: string | undefined = JSON.stringify(result);
  if (text === undefined) throw new CompanionError('INTERNAL', 'the result is not JSON');
  return text;
}

function isTooLarge(error: unknown): boolean {
  return (
    error instanceof CompanionError &&
    typeof error.details === 'object' &&
    error.details !== null &&
    Reflect.get(error.details, 'code') === 'PAYLOAD_TOO_LARGE'
  );
}
