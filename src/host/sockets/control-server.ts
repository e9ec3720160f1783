import type { ApprovalPresenter } from '#core/approvals/types.ts';
import { CompanionError, errorText } from '#core/errors.ts';
import type { Clock, Ids, Logger, PeerCredentials } from '#core/ports.ts';
import {
  type ControlResponse,
  controlRequestSchema,
  controlSocketLineCap,
} from '#protocol/control-socket.ts';
import type { Descent, DescentCheck } from './ancestry.ts';
import { type ControlHandlerDeps, createControlHandler } from './control-handlers.ts';
import type { LineHandler } from './line-connection.ts';
import { createLineServer, type LineServer, type LineServerLimits } from './line-server.ts';

export interface ControlServerDeps extends ControlHandlerDeps {
  readonly path: string;
  /** Refuses commands we ran: an agent may not answer its own prompt (D12). */
  readonly descent: DescentCheck;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly limits?: Partial<Omit<LineServerLimits, 'lineBytes'>>;
  /** Only peers with this effective uid are served; ours by default. */
  readonly ownUid?: number;
}

/** A line may be large, and every connection may hold most of one: 128 MB in all, not 512 (S26). */
const mostConnections = 64;

/** Clients pull with `approvals.list`, so there is nothing to show or clear. */
const presenter: ApprovalPresenter = {
  surface: 'control-socket',
  mode: 'all',
  present: () => undefined,
  clear: () => undefined,
};

/**
 * `control.sock`: status, approvals and history for `openclaw-mac`. While it is up it counts as a
 * surface of the approval desk, so that questions wait for an answer even without a window.
 */
export function createControlServer(deps: ControlServerDeps): LineServer {
  let detach: (() => void) | null = null;
  const server = createLineServer({
    path: deps.path,
    open: (peer) => createSession(deps, peer),
    refusal: null,
    limits: { connections: mostConnections, ...deps.limits, lineBytes: controlSocketLineCap },
    clock: deps.clock,
    ids: deps.ids,
    log: deps.log,
    ...(deps.ownUid === undefined ? {} : { ownUid: deps.ownUid }),
  });
  return {
    async start() {
      await server.start();
      detach = deps.desk.attach(presenter);
    },
    async stop() {
      detach?.();
      detach = null;
      await server.stop();
    },
  };
}

function createSession(deps: ControlServerDeps, peer: PeerCredentials): LineHandler {
  const handle = createControlHandler(deps);
  // Now, not when the line comes: by then the number may belong to somebody else.
  const descent = deps.descent(peer.pid).catch(() => 'unknown' as const);
  return async (message, signal) => {
    const response = await respond();
    return { line: response, more: false };

    async function respond(): Promise<ControlResponse> {
      try {
        const parsed = controlRequestSchema.safeParse(message);
        if (!parsed.success) {
          throw new CompanionError('INVALID_REQUEST', 'The request is not one of control.sock');
        }
        if (parsed.data.op !== 'status') requireOutsider(await descent, deps, peer);
        // Whoever asked has left: an answer given now would be nobody's.
        if (signal.aborted) throw new CompanionError('CANCELLED', 'The caller has left');
        return await handle(parsed.data, peer);
      } catch (error) {
        return envelope(error, deps);
      }
    }
  };
}

function requireOutsider(descent: Descent, deps: ControlServerDeps, peer: PeerCredentials): void {
  if (descent === 'outside') return;
  deps.log.warn('control-socket.descendant.refused', { pid: peer.pid, descent });
  throw new CompanionError(
    'DENIED',
    descent === 'descendant'
      ? 'A command that this companion runs may not use its control socket'
      : 'The calling process could not be identified',
    { hint: 'Run openclaw-mac from a terminal of your own.' },
  );
}

function envelope(error: unknown, { ids, log }: ControlServerDeps): ControlResponse {
  if (error instanceof CompanionError && error.code !== 'INTERNAL') {
    const { code, message, hint } = error;
    return { ok: false, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
  const id = ids.uuid();
  log.error('control-socket.failed', { id, error: errorText(error) });
  return { ok: false, error: { code: 'INTERNAL', message: `Internal error ${id}` } };
}
