import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { Cleanup } from '../cleanup.ts';
import type { LineServer } from '../sockets/line-server.ts';
import type { CompanionPolicyStore } from '../store/approvals-store.ts';
import { type GuestSocket, readOpenClawApprovals } from '../store/openclaw-approvals.ts';
import { openClawStateDir } from '../store/openclaw-config.ts';

export interface OpenClawNodeHostDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where our own exec socket listens. */
  readonly socketPath: string;
  readonly policy: Pick<CompanionPolicyStore, 'current' | 'token'>;
  /** Another exec socket, which decides and runs like our own. */
  readonly createServer: (socket: GuestSocket) => LineServer;
  readonly log: Logger;
}

/**
 * The switch `serveOpenClawNodeHost`: lets the node host of an OpenClaw on this computer forward
 * its commands to us (D3). Older versions are told of our socket; of newer ones we serve the
 * socket that they name. Whatever goes wrong is logged: our own socket works without it.
 */
export async function serveOpenClawNodeHost(
  deps: OpenClawNodeHostDeps,
  cleanup: Cleanup,
): Promise<void> {
  const { policy, log } = deps;
  const dir = openClawStateDir(deps.env);
  try {
    const approvals = readOpenClawApprovals(dir);
    if (approvals.kind === 'none') {
      log.warn('openclaw.node-host.not-served', { why: approvals.why });
    } else if (approvals.kind === 'database') {
      const server = deps.createServer(approvals.socket);
      await server.start();
      cleanup.add('OpenClaw’s exec socket', () => server.stop());
      log.info('openclaw.node-host.served', { path: approvals.socket.path });
    } else if (policy.current().problem !== null) {
      // The token in force is one that nobody may know.
      log.warn('openclaw.node-host.not-served', { why: 'our own policy is unusable' });
    } else {
      await approvals.announce({ path: deps.socketPath, token: policy.token() });
      log.info('openclaw.node-host.served', { path: deps.socketPath });
    }
  } catch (error) {
    log.warn('openclaw.node-host.not-served', { why: errorText(error) });
  }
}
