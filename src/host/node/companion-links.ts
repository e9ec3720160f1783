import { hostname } from 'node:os';
import type { PresenceFacts } from '#core/approvals/presence.ts';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import type { Clock, Hasher, Ids, Logger, Notifier, PolicyStore } from '#core/ports.ts';
import type { ConfirmWidening } from '#host/exec/confirm-widening.ts';
import type { ExecHost } from '#host/exec/exec-host.ts';
import { version } from '#host/version.ts';
import { type ClientInfo, operatorScopes, type Role } from '#protocol/gateway-connect.ts';
import { bridgeApprovals } from './approval-bridge.ts';
import {
  createExecApprovalsGet,
  createExecApprovalsSet,
  type PolicyChange,
} from './commands/exec-approvals.ts';
import { createSystemNotify } from './commands/system-notify.ts';
import { createSystemRun } from './commands/system-run.ts';
import { createSystemRunPrepare } from './commands/system-run-prepare.ts';
import { createSystemWhich } from './commands/system-which.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { createExecEvents } from './exec-events.ts';
import { createGatewayLink } from './gateway-link.ts';
import { createNodeRuntime } from './node-runtime.ts';
import { resultRoom } from './result-room.ts';
import type { DeviceIdentity, GatewayLink, NodeCommandHandler } from './types.ts';

export interface DialDeps {
  readonly url: string;
  readonly credentials: () => { readonly token?: string; readonly password?: string };
  readonly identity: DeviceIdentity;
  readonly tokens: DeviceTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

export interface CompanionLinksDeps extends DialDeps {
  readonly execHost: ExecHost;
  readonly policy: PolicyStore;
  readonly confirmWidening: ConfirmWidening;
  readonly notifier: Notifier;
  readonly searchPath: string;
  /** The desk that answers a foreign Gateway's questions; null beside our own, which shares it. */
  readonly bridgeTo: ApprovalDesk | null;
  /** Whether somebody sits at this computer; absent where nothing tells. */
  readonly presence?: () => Pick<PresenceFacts, 'idleSeconds'>;
  readonly hasher: Hasher;
}

/** The companion's two connections under one identity (node-commands §1.1). */
export interface CompanionLinks {
  readonly node: GatewayLink;
  readonly operator: GatewayLink;
  /** Told when either comes or goes; returns the function that stops it. */
  onChange(listener: () => void): () => void;
  /** {@link GatewayLink.redial} of both. */
  redial(): void;
  /** One of the two, by the id that the Gateway gave it. */
  isConnection(connId: string): boolean;
  stop(): Promise<void>;
}

/** Attached is only to a Gateway of this computer (D4). */
function presenceFacts({ presence }: Pick<CompanionLinksDeps, 'presence'>): PresenceFacts {
  const idleSeconds = presence?.().idleSeconds ?? null;
  return { gateway: 'local', activeSession: null, idleSeconds };
}

/** Dials both; they keep themselves connected. */
export function startCompanionLinks(deps: CompanionLinksDeps): CompanionLinks {
  const node = dialGateway(deps, 'node');
  const operator = dialGateway(deps, 'operator');
  const runtime = createNodeRuntime({
    link: node,
    nodeId: deps.identity.deviceId,
    commands: nodeCommands(deps, node),
    flavor: 'app',
    clock: deps.clock,
    ids: deps.ids,
    log: deps.log,
  });
  runtime.advertise({ caps: ['system'], permissions: {} });
  const stopBridge =
    deps.bridgeTo === null
      ? () => undefined
      : bridgeApprovals({
          ...deps,
          link: operator,
          desk: deps.bridgeTo,
          presence: () => presenceFacts(deps),
        });
  node.start();
  operator.start();
  return {
    node,
    operator,
    onChange: (listener) => onConnection([node, operator], listener),
    redial() {
      node.redial();
      operator.redial();
    },
    isConnection: (connId) =>
      [node, operator].some(
        ({ state }) => state.kind === 'connected' && state.hello.server.connId === connId,
      ),
    async stop() {
      stopBridge();
      runtime.stop();
      await Promise.all([node.stop(), operator.stop()]);
    },
  };
}

/** Between two tries nothing changes for a person. */
function onConnection(links: readonly GatewayLink[], listener: () => void): () => void {
  const stops = links.map((link) => {
    let wasConnected = link.state.kind === 'connected';
    return link.onState(({ kind }) => {
      const isConnected = kind === 'connected';
      if (isConnected !== wasConnected) listener();
      wasConnected = isConnected;
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** One connection of the companion, not yet dialled. */
export function dialGateway(deps: DialDeps, role: Role): GatewayLink {
  const { url, credentials, identity, tokens, clock, ids, log } = deps;
  return createGatewayLink(
    {
      url,
      identity,
      client: clientInfo(role),
      role,
      scopes: role === 'operator' ? operatorScopes : [],
      advertisement: { caps: [], commands: [], permissions: {} },
      credentials,
    },
    { clock, ids, log, tokens },
  );
}

/** D1: on the wire we stay inside the closed list of client ids. */
function clientInfo(role: Role): ClientInfo {
  const mac = process.platform === 'darwin';
  const id = mac ? 'openclaw-macos' : role === 'node' ? 'node-host' : 'gateway-client';
  return {
    id,
    displayName: hostname(),
    version,
    platform: mac ? 'macos' : process.platform,
    ...(mac ? { deviceFamily: 'Mac' } : {}),
    mode: role === 'node' ? 'node' : 'ui',
  };
}

/** Exactly the commands that have a handler are advertised. */
function nodeCommands(
  deps: CompanionLinksDeps,
  link: GatewayLink,
): ReadonlyMap<string, NodeCommandHandler> {
  const { execHost, policy, ids, log } = deps;
  const origin = {
    transport: 'node-invoke',
    nodeId: deps.identity.deviceId,
    nodeName: hostname(),
  } as const;
  const confirmWidening = async (change: PolicyChange, signal: AbortSignal) =>
    (await deps.confirmWidening({ ...change, who: null }, signal)) ? 'allowed' : 'denied';
  return new Map<string, NodeCommandHandler>([
    [
      'system.run',
      createSystemRun({
        execute: execHost.execute,
        origin,
        events: createExecEvents({ link, log }),
        ids,
        defaultSessionKey: () => 'main',
        announceStart: true,
        maxResultBytes: () => resultRoom(link.state),
      }),
    ],
    ['system.run.prepare', createSystemRunPrepare({ prepare: execHost.prepare, origin })],
    ['system.which', createSystemWhich({ flavor: 'app', searchPath: () => deps.searchPath })],
    ['system.notify', createSystemNotify(deps.notifier)],
    ['system.execApprovals.get', createExecApprovalsGet({ store: policy })],
    ['system.execApprovals.set', createExecApprovalsSet({ store: policy, confirmWidening, log })],
  ]);
}
