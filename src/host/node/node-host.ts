import type { ExecuteFn } from '#core/exec/types.ts';
import type { Clock, Ids, Logger, PolicyStore } from '#core/ports.ts';
import type { ExecForwarder } from '#host/sockets/exec-client.ts';
import {
  createExecApprovalsGet,
  createExecApprovalsSet,
  type ExecApprovalsDeps,
} from './commands/exec-approvals.ts';
import { createSystemRun } from './commands/system-run.ts';
import { createSystemWhich } from './commands/system-which.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { createExecEvents } from './exec-events.ts';
import { createGatewayLink } from './gateway-link.ts';
import { createNodeRuntime } from './node-runtime.ts';
import { resultRoom } from './result-room.ts';
import type {
  DeviceIdentity,
  GatewayLink,
  GatewayLinkOptions,
  NodeCommandHandler,
} from './types.ts';

export interface NodeHostDeps {
  readonly url: string;
  readonly credentials: GatewayLinkOptions['credentials'];
  /** The node host's own, never the companion's (gateway §8, trap). */
  readonly identity: DeviceIdentity;
  readonly displayName: string;
  readonly version: string;
  readonly platform: NodeJS.Platform;
  /** `PATH`: what is searched and what the Gateway is told. */
  readonly searchPath: string;
  readonly forward: ExecForwarder;
  /** `--allow-local-exec`: used only for a request that the companion has certainly not seen. */
  readonly localExec?: ExecuteFn;
  /** Serves `system.execApprovals.*`; without it they are not offered. */
  readonly approvals?: Pick<ExecApprovalsDeps, 'store' | 'confirmWidening'>;
  /** Policy of the companion: alone it serves `get`, which OpenClaw's `nodes run` asks first. */
  readonly readPolicy?: () => Promise<Pick<PolicyStore, 'current' | 'resolve'>>;
  readonly tokens: DeviceTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** The headless node of this machine: connected for ever, every `system.run` goes to the companion. */
export interface NodeHost {
  readonly link: GatewayLink;
  readonly nodeId: string;
  start(): void;
  stop(): Promise<void>;
}

export function createNodeHost(deps: NodeHostDeps): NodeHost {
  const { identity, clock, ids, log } = deps;
  const link = createGatewayLink(
    {
      url: deps.url,
      identity,
      client: {
        id: 'node-host',
        displayName: deps.displayName,
        version: deps.version,
        platform: deps.platform,
        mode: 'node',
      },
      role: 'node',
      scopes: [],
      advertisement: { caps: [], commands: [], permissions: {} },
      pathEnv: deps.searchPath,
      credentials: deps.credentials,
    },
    { clock, ids, log, tokens: deps.tokens },
  );
  const nodeId = identity.deviceId;
  const commands = createCommands(deps, link);
  const runtime = createNodeRuntime({
    link,
    nodeId,
    commands,
    flavor: 'headless',
    clock,
    ids,
    log,
  });
  runtime.advertise({ caps: ['system'], permissions: {} });
  return {
    link,
    nodeId,
    start: () => link.start(),
    async stop() {
      runtime.stop();
      await link.stop();
    },
  };
}

function createCommands(
  deps: NodeHostDeps,
  link: GatewayLink,
): ReadonlyMap<string, NodeCommandHandler> {
  const { ids, log, approvals, readPolicy } = deps;
  const commands = new Map<string, NodeCommandHandler>([
    [
      'system.run',
      createSystemRun({
        execute: createForwardingExecute(deps),
        origin: {
          transport: 'node-invoke',
          nodeId: deps.identity.deviceId,
          nodeName: deps.displayName,
        },
        events: createExecEvents({ link, log }),
        ids,
        defaultSessionKey: () => 'node',
        announceStart: false,
        maxResultBytes: () => resultRoom(link.state),
      }),
    ],
    ['system.which', createSystemWhich({ flavor: 'headless', searchPath: () => deps.searchPath })],
  ]);
  if (approvals) {
    commands.set('system.execApprovals.get', createExecApprovalsGet(approvals));
    commands.set('system.execApprovals.set', createExecApprovalsSet({ ...approvals, log }));
  } else if (readPolicy) {
    commands.set('system.execApprovals.get', async (params, invocation) =>
      createExecApprovalsGet({ store: await readPolicy() })(params, invocation),
    );
  }
  return commands;
}

/** Fails closed. After a delivered request nothing runs here: it could run twice (node-host §5). */
function createForwardingExecute(deps: NodeHostDeps): ExecuteFn {
  return async (request, origin, signal) => {
    const { delivered, ...result } = await deps.forward(request, origin, signal);
    const unreachable = !result.ok && result.error.reason === 'companion-unavailable';
    if (!deps.localExec || !unreachable || delivered || signal.aborted) return result;
    deps.log.warn('node-host.local-exec', { runId: request.runId });
    return deps.localExec(request, origin, signal);
  };
}
