import { CompanionError } from '#core/errors.ts';
import { healthLine } from '#core/messages-health.ts';
import { historyMessages } from '#core/messages-history.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import type { HealthWatch } from '../node/gateway-health.ts';
import { systemClock } from '../system.ts';
import { version } from '../version.ts';
import type { Connections } from './connections.ts';
import type { Services } from './services.ts';
import type { CompanionOptions } from './types.ts';

/** Answers `status`, as soon as the connections are known. */
export function createStatus(
  { stateDir }: CompanionOptions,
  { policy, auditHealth, queue, standstill, desk }: Services,
  nodeId: string,
): { current(): CompanionStatus; connections(known: Connections): void } {
  const startedAtMs = systemClock.now();
  let connections: Connections | null = null;
  return {
    connections(known) {
      connections = known;
    },
    current() {
      if (connections === null) {
        throw new CompanionError('UNAVAILABLE', 'The companion is still starting');
      }
      const { gateway, links, health } = connections;
      const { security, ask } = policy.resolve(null);
      return {
        pid: process.pid,
        version,
        startedAtMs,
        gateway: {
          url: gateway.url,
          mode: gateway.mode,
          connected: {
            node: links.node.state.kind === 'connected',
            operator: links.operator.state.kind === 'connected',
          },
          health: shownHealth(health?.current() ?? null),
        },
        execSocket: stateDir.execSocket,
        controlSocket: stateDir.controlSocket,
        bridgeSocket: null,
        nodeId,
        policy: {
          path: stateDir.approvals,
          security,
          ask,
          problem: policy.current().problem,
          unconfirmed: policy.unconfirmed().length,
        },
        pendingApprovals: desk.list().length,
        pausedAgents: [...queue.pauses.list()],
        standstill: standstill.current(),
        standstillProblem: standstill.problem(),
        auditProblem: historyMessages.unwritten(auditHealth()),
      };
    },
  };
}

function shownHealth(
  health: ReturnType<HealthWatch['current']>,
): CompanionStatus['gateway']['health'] {
  return health && { kind: health.kind, text: healthLine(health), checkedAtMs: health.atMs };
}
