import { createNodesFeature, type NodeExecReport } from '#host/gateway/features/nodes.ts';
import { createInvocations } from '#host/gateway/invocations.ts';
import { createNodeRegistry, type NodeDirectory } from '#host/gateway/node-registry.ts';
import { createFakeGateway, type FakeSession, type FakeSessionOptions } from './fake-gateway.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from './fakes.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** A directory in which nothing is paired. */
export const emptyDirectory: NodeDirectory = {
  pairedNodes: () => [],
  rename: async () => false,
  onChange: () => () => undefined,
};

/** The node features on a fake transport and a virtual clock. */
export function createNodesBench(directory: NodeDirectory = emptyDirectory) {
  const clock = createVirtualClock();
  const gateway = createFakeGateway();
  const logger = createFakeLogger();
  const reports: NodeExecReport[] = [];
  const registry = createNodeRegistry({
    directory,
    commandLists: () => ({ allow: [], deny: [] }),
  });
  const invocations = createInvocations({
    clock,
    ids: createFakeIds(),
    registry,
    sendTo: gateway.broadcaster.sendTo,
  });
  const feature = createNodesFeature({
    clock,
    hasher: fakeHasher,
    logger,
    broadcaster: gateway.broadcaster,
    registry,
    invocations,
    voicewakeTriggers: () => ['openclaw'],
    onExecEvent: (report) => reports.push(report),
  });
  return { clock, gateway, logger, reports, registry, invocations, feature };
}

/** Options of a node that serves the usual system commands. */
export function macNode(deviceId = 'mac', extra: FakeSessionOptions = {}): FakeSessionOptions {
  return {
    role: 'node',
    deviceId,
    client: { id: 'openclaw-macos', platform: 'macOS 15.3.0', displayName: 'raw-mac-node' },
    connect: {
      commands: [
        'system.run',
        'system.which',
        'system.notify',
        'system.execApprovals.get',
        'system.execApprovals.set',
        'my.custom',
      ],
    },
    ...extra,
  };
}

export interface SeenRequest {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON: string | null;
}

/** The `node.invoke.request`s a node got, in order. */
export function requestsOf(node: FakeSession): readonly SeenRequest[] {
  return node.of('node.invoke.request') as readonly SeenRequest[];
}
