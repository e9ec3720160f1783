import type { CompanionStatus } from '#protocol/control-socket.ts';
import type { Cleanup } from '../cleanup.ts';
import { createSocketPrompt } from '../exec/socket-prompt.ts';
import { createControlServer } from '../sockets/control-server.ts';
import { createExecServer } from '../sockets/exec-server.ts';
import { createNonceCache } from '../sockets/nonce-cache.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '../system.ts';
import type { Services } from './services.ts';
import type { CompanionOptions } from './types.ts';

/** Opens `exec-approvals.sock` for node hosts and `control.sock` for `openclaw-mac`. */
export async function openSockets(
  { stateDir, log }: CompanionOptions,
  { policy, execHost, desk, audit, descent }: Services,
  status: () => CompanionStatus,
  cleanup: Cleanup,
): Promise<void> {
  const shared = { clock, ids, hasher, log };
  const execServer = createExecServer({
    path: stateDir.execSocket,
    token: () => policy.token(),
    execute: execHost.execute,
    prompt: createSocketPrompt({ desk, hasher }),
    nonces: createNonceCache({ path: stateDir.nonces, ...shared }),
    ...shared,
  });
  const controlServer = createControlServer({
    path: stateDir.controlSocket,
    desk,
    audit,
    status,
    descent,
    ...shared,
  });
  await execServer.start();
  cleanup.add('exec socket', () => execServer.stop());
  await controlServer.start();
  cleanup.add('control socket', () => controlServer.stop());
}
