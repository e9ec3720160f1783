import { hostname } from 'node:os';
import { messages } from '#core/messages.ts';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { openDeviceTokens } from '#host/node/device-tokens.ts';
import { createNodeHost, type NodeHostDeps } from '#host/node/node-host.ts';
import type { LinkState } from '#host/node/types.ts';
import { createExecForwarder } from '#host/sockets/exec-client.ts';
import { createExecTokenReader } from '#host/store/exec-token.ts';
import { readPolicy } from '#host/store/policy-view.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '#host/system.ts';
import { version } from '#host/version.ts';
import { aborted, type CliContext } from '../context.ts';
import { type EndpointOptions, resolveEndpoint } from '../endpoint.ts';
import { localExec } from '../local-exec.ts';
import { programLogger } from '../program-logger.ts';
import { openTokenFile } from '../token-file.ts';

export interface NodeRunOptions extends EndpointOptions {
  readonly companionSocket?: string;
  readonly companionTokenFile?: string;
  readonly displayName?: string;
  readonly allowLocalExec?: boolean;
}

/**
 * `openclaw-mac node run`: stays connected until a signal. stdout gets one JSON line per connection
 * and per loss (architecture §5).
 */
export async function nodeRunCommand(
  context: CliContext,
  options: NodeRunOptions,
): Promise<number> {
  const { stateDir, env, io, signal } = context;
  const endpoint = await resolveEndpoint(stateDir, env, options);
  const log = programLogger(env, null);
  const forward = await forwarder(context, options, log);
  const identity = await loadDeviceIdentity(stateDir.nodeHostIdentity, { clock });
  const local = options.allowLocalExec ? await localExec(context, log) : null;
  if (local) io.err(messages.cli.localExec);
  const host = createNodeHost({
    ...endpoint,
    identity,
    displayName: options.displayName ?? hostname(),
    version,
    platform: process.platform,
    searchPath: env.PATH ?? '',
    forward,
    ...(local ? { localExec: local.execute, approvals: local.approvals } : {}),
    // Whoever names another socket has a companion whose document is elsewhere.
    ...(options.companionSocket === undefined
      ? { readPolicy: () => readPolicy({ path: stateDir.approvals, ids, hasher }) }
      : {}),
    tokens: openDeviceTokens(stateDir.deviceTokens),
    clock,
    ids,
    log,
  });
  host.link.onState(announce(context, host.nodeId));
  host.start();
  await aborted(signal);
  await host.stop();
  await local?.stop();
  return 0;
}

async function forwarder(
  { stateDir }: CliContext,
  options: NodeRunOptions,
  log: NodeHostDeps['log'],
): Promise<NodeHostDeps['forward']> {
  const { companionSocket, companionTokenFile } = options;
  const token =
    companionTokenFile === undefined
      ? createExecTokenReader(stateDir.approvals)
      : await openTokenFile(companionTokenFile);
  return createExecForwarder({
    socketPath: companionSocket ?? stateDir.execSocket,
    token,
    ids,
    clock,
    log,
  });
}

/** One line per connection and one per loss, not one per attempt. */
function announce({ io }: CliContext, nodeId: string): (state: LinkState) => void {
  let connected = false;
  return (state) => {
    if (state.kind === 'connected') {
      connected = true;
      io.json({ event: 'connected', nodeId });
    } else if (state.kind === 'waiting') {
      if (connected) io.json({ event: 'disconnected', nodeId, why: state.why });
      connected = false;
      io.err(messages.cli.nodeHostLost(state.why, state.retryInMs));
    }
  };
}
