import { hostname, release } from 'node:os';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import type { CompanionConfig } from '#core/config.ts';
import { CompanionError } from '#core/errors.ts';
import type { ConfigState } from '#core/gateway/config-view.ts';
import type { Clock, Hasher, Ids, Logger, PolicyStore } from '#core/ports.ts';
import type { ConfirmWidening } from '#host/exec/confirm-widening.ts';
import type { ForeseeFn } from '#host/exec/foresee.ts';
import type { DeviceIdentity } from '#host/node/types.ts';
import { readPrivateFile } from '#host/store/private-file.ts';
import type { StateDir } from '#host/store/state-dir.ts';
import { version } from '#host/version.ts';
import type { GrantBook } from './approval-grants.ts';
import { DeviceRegistry } from './device-registry.ts';
import { createDevicesFeature } from './features/devices.ts';
import { createExecApprovalsFeature } from './features/exec-approvals.ts';
import { createExecApprovalsFileFeature } from './features/exec-approvals-file.ts';
import { createNodePairingFeature } from './features/node-pairing.ts';
import { createNodesFeature } from './features/nodes.ts';
import { createSystemFeature } from './features/system.ts';
import { createGateway, type Gateway, type GatewayCore } from './gateway.ts';
import type { DescentGate } from './handshake.ts';
import { createInvocations } from './invocations.ts';
import type { LiveSecret } from './live-secret.ts';
import { createLogReader } from './log-tail.ts';
import { createNodeDirectory } from './node-directory.ts';
import { createNodeRegistry } from './node-registry.ts';

export interface OwnGatewayDeps {
  readonly port: number;
  readonly config: CompanionConfig;
  readonly secret: LiveSecret;
  readonly stateDir: StateDir;
  readonly desk: ApprovalDesk;
  readonly grants: GrantBook;
  readonly foresee: ForeseeFn;
  /** Of the node that runs commands in this process. */
  readonly identity: Pick<DeviceIdentity, 'deviceId'>;
  readonly policy: PolicyStore;
  readonly descent: DescentGate;
  readonly confirmWidening: ConfirmWidening;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
}

/** Our own Gateway with all its features, not yet listening. */
export async function createOwnGateway(deps: OwnGatewayDeps): Promise<Gateway> {
  const { stateDir, config, clock, ids, log } = deps;
  const devices = new DeviceRegistry({
    pendingPath: stateDir.devicesPending,
    pairedPath: stateDir.devicesPaired,
    clock,
    ids,
    log,
  });
  const configState = await readConfigState(deps);
  const loads: (() => Promise<void>)[] = [];
  let system: ReturnType<typeof createSystemFeature> | null = null;

  const gateway = createGateway({
    port: deps.port,
    bind: config.gateway.bind,
    auth: deps.secret.current,
    allowedOrigins: config.gateway.allowedOrigins,
    devices,
    descent: deps.descent,
    features(core) {
      system = systemFeature(deps, core, configState);
      return [
        system,
        createDevicesFeature({ core, devices, clock }),
        ...nodeFeatures(deps, core, devices, loads),
      ];
    },
    snapshot: (arriving) => {
      if (!system) throw new CompanionError('INTERNAL', 'the Gateway has no system feature');
      return system.snapshot(arriving);
    },
    version,
    stateDirPath: stateDir.root,
    configPath: stateDir.config,
    clock,
    ids,
    log,
  });
  await Promise.all(loads.map((load) => load()));
  return gateway;
}

/** Read once: `config.get` answers from memory. */
async function readConfigState(deps: OwnGatewayDeps): Promise<ConfigState> {
  const path = deps.stateDir.config;
  const text = await readPrivateFile(path);
  return {
    path,
    exists: text !== null,
    hash: deps.hasher.sha256Hex(text ?? ''),
    value: deps.config,
    problem: null,
  };
}

function systemFeature(
  deps: OwnGatewayDeps,
  { broadcaster }: GatewayCore,
  configState: ConfigState,
) {
  return createSystemFeature({
    clock: deps.clock,
    broadcaster,
    self: {
      host: hostname(),
      ip: null,
      version,
      platform: `${process.platform} ${release()}`,
      deviceFamily: process.platform === 'darwin' ? 'Mac' : 'Linux',
      modelIdentifier: process.arch,
    },
    config: () => configState,
    readLog: createLogReader(() => deps.stateDir.log),
  });
}

/** Everything about nodes and approvals: they share the registry and the calls in flight. */
function nodeFeatures(
  deps: OwnGatewayDeps,
  core: GatewayCore,
  devices: DeviceRegistry,
  loads: (() => Promise<void>)[],
) {
  const { broadcaster } = core;
  const { config, stateDir, clock, ids, hasher, log, desk, grants, policy } = deps;
  const pairing = createNodePairingFeature({
    pendingPath: stateDir.nodesPending,
    pairedPath: stateDir.nodesPaired,
    clock,
    ids,
    log,
    ...core,
  });
  const directory = createNodeDirectory({
    devices,
    namesPath: stateDir.nodeNames,
    renameLegacy: pairing.rename,
    log,
  });
  loads.push(pairing.load, directory.load);
  const { allowCommands, denyCommands } = config.gateway.nodes;
  const registry = createNodeRegistry({
    directory,
    commandLists: () => ({ allow: allowCommands, deny: denyCommands }),
  });
  const invocations = createInvocations({ clock, ids, registry, sendTo: broadcaster.sendTo });
  return [
    pairing,
    createNodesFeature({
      clock,
      hasher,
      logger: log,
      broadcaster,
      registry,
      invocations,
      voicewakeTriggers: () => [],
    }),
    createExecApprovalsFeature({
      clock,
      ids,
      hasher,
      broadcaster,
      desk,
      grants,
      foresee: (run) => deps.foresee(run, deps.identity.deviceId),
      hasRunInFlight: invocations.hasRunInFlight,
    }),
    createExecApprovalsFileFeature({
      policy,
      invocations,
      logger: log,
      confirmChange: (before, after, who, signal) =>
        deps.confirmWidening({ before, after, who }, signal),
    }),
  ];
}
