import { execSocketLineCap } from '#protocol/exec-socket.ts';
import { createExecSessions, type ExecSessionDeps } from './exec-session.ts';
import { createLineServer, type LineServer, type LineServerLimits } from './line-server.ts';

export interface ExecServerDeps extends Omit<ExecSessionDeps, 'maxInFlight'> {
  readonly path: string;
  readonly limits?: Partial<Omit<LineServerLimits, 'lineBytes'>> & {
    readonly maxInFlight?: number;
  };
  /** Only peers with this effective uid are served; ours by default. */
  readonly ownUid?: number;
}

/** `exec-approvals.sock`: where node hosts ask us to run commands (exec-ipc §1–§2, D13). */
export function createExecServer(deps: ExecServerDeps): LineServer {
  const { maxInFlight = 128, ...limits } = deps.limits ?? {};
  const openSession = createExecSessions({ ...deps, maxInFlight });
  const server = createLineServer({
    path: deps.path,
    open: openSession,
    // Even an exec client of another user gets a decision line (exec-ipc §1.4).
    refusal: () => ({ type: 'decision', id: deps.ids.uuid(), decision: 'deny' }),
    limits: { ...limits, lineBytes: execSocketLineCap },
    // Under the lock: an older process may have accepted nonces until it let go.
    prepare: () => deps.nonces.open(),
    clock: deps.clock,
    ids: deps.ids,
    log: deps.log,
    ...(deps.ownUid === undefined ? {} : { ownUid: deps.ownUid }),
  });
  return {
    async start() {
      try {
        await server.start();
      } catch (error) {
        deps.nonces.close();
        throw error;
      }
    },
    async stop() {
      await server.stop();
      deps.nonces.close();
    },
  };
}
