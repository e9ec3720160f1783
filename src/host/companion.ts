import type { AskAgain } from '#core/approvals/ask-again.ts';
import type { AgentPauses, ApprovalDesk, StandstillSwitch } from '#core/approvals/types.ts';
import type { ActivityFeed } from '#core/desktop/activity.ts';
import type { AuditLog } from '#core/ports.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import type { History } from './audit/history-types.ts';
import { createCleanup } from './cleanup.ts';
import { type Connections, connectCompanion } from './companion/connections.ts';
import { openPeople, type People } from './companion/people.ts';
import { openServices, type Services } from './companion/services.ts';
import { openSockets } from './companion/sockets.ts';
import { createStatus } from './companion/status.ts';
import type { CompanionOptions } from './companion/types.ts';
import { createAskAgain } from './node/ask-again.ts';
import { loadDeviceIdentity } from './node/device-identity.ts';
import type { PolicyOperations } from './policy/policy-operations.ts';
import { systemClock } from './system.ts';

/** Everything a shell, with or without a window, needs of a running companion. */
export interface Companion extends People {
  readonly desk: ApprovalDesk;
  readonly pauses: AgentPauses;
  /** Makes everything stand still, and ends that. */
  readonly standstill: StandstillSwitch;
  readonly audit: Pick<AuditLog, 'query'>;
  /** Looking back at the audit, a page at a time. */
  readonly history: History;
  /** Looking at the rules and changing them; nothing here asks anybody. */
  readonly policy: PolicyOperations;
  /** Tells an agent whose question nobody answered that a person is here now. */
  readonly askAgain: AskAgain;
  /** Commands that run now. */
  running(): number;
  /** What goes on: commands that run here, and what the Gateway tells of its agents. */
  readonly activity: ActivityFeed;
  status(): CompanionStatus;
  /** Told when a connection comes or goes, or the Gateway says how it is; returns what stops it. */
  onConnection(listener: () => void): () => void;
  /**
   * The computer was asleep: what ran out meanwhile is over at once (AP-10), and connections that
   * wait for their next try do not wait any longer.
   */
  wokeUp(): void;
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
    options.beforeServing?.(services.desk);
    // The sockets hold the locks: a second companion on this directory ends here, before any port.
    await openSockets(options, services, status.current, cleanup);
    const connections = await connectCompanion(options, services, identity, cleanup);
    status.connections(connections);
    cleanup.add('answers', () => connections.gateway.answered());
    cleanup.add('commands', () => services.runner.killAll());
    cleanup.add('prompts', () => services.queue.close());
    return {
      ...openPeople(options, services, connections, identity.deviceId, cleanup),
      ...partsOf(services),
      ...connectedParts(services, connections, options),
      status: status.current,
      stop: cleanup.run,
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

/** What works with or without a Gateway. */
function partsOf(services: Services) {
  const { desk, queue, standstill, audit, history, runner, activity } = services;
  return {
    desk,
    pauses: queue.pauses,
    standstill,
    audit,
    history,
    policy: services.policyOperations,
    running: () => runner.runningGroups().size,
    activity,
  };
}

function connectedParts(
  { queue, standstill }: Services,
  { gateway, links, health }: Connections,
  { log }: CompanionOptions,
): Pick<Companion, 'askAgain' | 'onConnection' | 'wokeUp'> {
  // Our own Gateway runs no agents: it has no session that could hear of it.
  const link = gateway.mode === 'own' ? null : links.node;
  return {
    askAgain: createAskAgain({ link, welcome: (agentId) => queue.welcome(agentId), log }),
    onConnection(listener) {
      const stops = [links.onChange(listener), health?.onChange(listener)];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    wokeUp() {
      // Ends it when its time has passed.
      standstill.current();
      queue.expireOverdue();
      links.redial();
    },
  };
}
