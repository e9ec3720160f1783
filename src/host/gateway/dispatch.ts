import { authorize } from '#core/gateway/scopes.ts';
import type { Ids, Logger } from '#core/ports.ts';
import { type GatewayError, requestFrameSchema } from '#protocol/gateway-frames.ts';
import type { OpenAnswers } from './open-answers.ts';
import { problemList } from './params.ts';
import type { MethodHandler, Session } from './types.ts';
import { toWireError } from './wire-error.ts';

/** Requests of one connection that may wait for their answer at the same time. */
const maxInFlight = 1_024;
/** A method name comes back in an error; a hostile one is cut. */
const maxEchoedName = 200;

export interface DispatchDeps {
  readonly methods: ReadonlyMap<string, MethodHandler>;
  /** Of all connections. */
  readonly answers: Pick<OpenAnswers, 'add'>;
  readonly ids: Ids;
  readonly log: Logger;
}

/**
 * Handles the frames of one connected client (gateway §2).
 * @param signal aborted when the connection closes.
 * @returns the function to call with each decoded frame; undefined (no JSON) is ignored.
 */
export function createDispatcher(
  deps: DispatchDeps,
  session: Session,
  signal: AbortSignal,
): (frame: unknown) => void {
  let inFlight = 0;
  const fail = (id: string, error: GatewayError) => {
    session.send(JSON.stringify({ type: 'res', id, ok: false, error }));
  };
  const invalid = (id: string, message: string) => fail(id, { code: 'INVALID_REQUEST', message });

  const run = (id: string, method: string, handler: MethodHandler, params: unknown) => {
    const accept = (payload: unknown) => {
      session.send(JSON.stringify({ type: 'res', id, ok: true, payload }));
    };
    const failWith = (error: unknown) => fail(id, toWireError(error, method, deps));
    try {
      const result = handler(params, { session, signal, accept });
      if (!(result instanceof Promise)) return accept(result);
      inFlight += 1;
      const settled = result.then(accept).catch(failWith);
      deps.answers.add(settled);
      void settled.finally(() => {
        inFlight -= 1;
      });
    } catch (error) {
      failWith(error);
    }
  };

  return (frame) => {
    if (frame === undefined) return;
    const parsed = requestFrameSchema.safeParse(frame);
    if (!parsed.success) return invalid(idOf(frame), invalidFrameText(frame));
    const { id, method, params } = parsed.data;
    if (method === 'connect') return invalid(id, 'connect is only valid as the first request');
    const refused = authorize(method, session);
    if (refused !== null) return invalid(id, refused);
    const handler = deps.methods.get(method);
    if (!handler) return invalid(id, `unknown method: ${method.slice(0, maxEchoedName)}`);
    if (inFlight >= maxInFlight) {
      return fail(id, { code: 'UNAVAILABLE', message: 'too many requests in flight' });
    }
    run(id, method, handler, params ?? {});
  };
}

/** Parsed again with inputs, which only this rare path needs. */
function invalidFrameText(frame: unknown): string {
  const { error } = requestFrameSchema.safeParse(frame, { reportInput: true });
  return `invalid request frame: ${error ? problemList(error) : ''}`;
}

/** The id of a broken frame, or the literal `invalid` (gateway §2). */
function idOf(frame: unknown): string {
  const id: unknown = typeof frame === 'object' && frame !== null ? Reflect.get(frame, 'id') : null;
  return typeof id === 'string' && id !== '' ? id : 'invalid';
}
