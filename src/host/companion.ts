import type { AgentPauses, ApprovalDesk } from '#core/approvals/types.ts';
import type { AuditLog } from '#core/ports.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import { createCleanup } from './cleanup.ts';
import { connectCompanion } from './companion/connections.ts';
import { openServices } from './companion/services.ts';
import { openSockets } from './companion/sockets.ts';
import { createStatus } from './companion/status.ts';
import type { CompanionOptions } from './companion/types.ts';
import { loadDeviceIdentity } from './node/device-identity.ts';
import { systemClock } from './system.ts';

/** Everything a shell, with or without a window, needs of a running companion. */
export interface Companion {
  readonly desk: ApprovalDesk;
  readonly pauses: AgentPauses;
  readonly audit: Pick<AuditLog, 'query'>;
  /** Commands that run now. */
  running(): number;
  status(): CompanionStatus;
  /** Prompts close first, then commands are killed, then everybody is told and let go. */
  stop(): Promise<void>;
}

/**
 * Starts the companion: everything listens when this resolves. What started is undone when a later
 * step fails.
 * @throws CompanionError UNAVAILABLE when another one runs on this state directory, or the port
 *   belongs to a stranger; STATE or UNSAFE_PATH for files that cannot be used.
 */
export async function startCompanion(options: CompanionOptions): Promise<Companion> {
  const cleanup = createCleanup(options.log);
  try {
    const services = await openServices(options, cleanup);
    const { companionIdentity } = options.stateDir;
    const identity = await loadDeviceIdentity(companionIdentity, { clock: systemClock });
    const status = createStatus(options, services, identity.deviceId);
    // The sockets hold the locks: a second companion on this directory ends here, before any port.
    await openSockets(options, services, status.current, cleanup);
    status.connections(await connectCompanion(options, services, identity, cleanup));
    cleanup.add('commands', () => services.runner.killAll());
    cleanup.add('prompts', () => services.queue.close());
    const { desk, queue, audit, runner } = services;
    return {
      desk,
      pauses: queue.pauses,
      audit,
      running: () => runner.runningGroups().size,
      status: status.current,
      stop: cleanup.run,
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}
