import type { CompanionStatus } from '#protocol/control-socket.ts';
import type { Cleanup } from '../cleanup.ts';
import { createSocketPrompt } from '../exec/socket-prompt.ts';
import { createControlPolicy } from '../sockets/control-policy.ts';
import { createControlServer } from '../sockets/control-server.ts';
import { createExecServer } from '../sockets/exec-server.ts';
import { createNonceCache } from '../sockets/nonce-cache.ts';
import type { GuestSocket } from '../store/openclaw-approvals.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '../system.ts';
import { serveOpenClawNodeHost } from './openclaw-node-host.ts';
import type { Services } from './services.ts';
import type { CompanionOptions } from './types.ts';

/** Opens `exec-approvals.sock` for node hosts and `control.sock` for `openclaw-mac`. */
export async function openSockets(
  { stateDir, config, env, log }: CompanionOptions,
  {
    policy,
    policyOperations,
    execHost,
    explain,
    queue,
    standstill,
    desk,
    audit,
    descent,
  }: Services,
  status: () => CompanionStatus,
  cleanup: Cleanup,
): Promise<void> {
  const shared = { clock, ids, hasher, log };
  const openExecServer = (path: string, token: () => string, nonces: string) =>
    createExecServer({
      path,
      token,
      execute: execHost.execute,
      prompt: createSocketPrompt({ desk, hasher }),
      nonces: createNonceCache({ path: nonces, ...shared }),
      ...shared,
    });
  const execServer = openExecServer(stateDir.execSocket, () => policy.token(), stateDir.nonces);
  const controlServer = createControlServer({
    path: stateDir.controlSocket,
    desk,
    pauses: queue.pauses,
    standstill,
    audit,
    policy: createControlPolicy({ policy: policyOperations, explain }),
    status,
    descent,
    ...shared,
  });
  await execServer.start();
  cleanup.add('exec socket', () => execServer.stop());
  await controlServer.start();
  cleanup.add('control socket', () => controlServer.stop());
  if (!config.serveOpenClawNodeHost) return;
  const guest = {
    env,
    socketPath: stateDir.execSocket,
    policy,
    createServer: ({ path, token }: GuestSocket) =>
      openExecServer(path, () => token, stateDir.guestNonces),
    log,
  };
  await serveOpenClawNodeHost(guest, cleanup);
}
