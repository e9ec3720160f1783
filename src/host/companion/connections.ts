import type { Cleanup } from '../cleanup.ts';
import { type GatewayInUse, ownOrAttached } from '../gateway/attach.ts';
import type { DescentGate } from '../gateway/handshake.ts';
import { createOwnGateway } from '../gateway/own-gateway.ts';
import { type CompanionLinks, dialGateway, startCompanionLinks } from '../node/companion-links.ts';
import { openDeviceTokens } from '../node/device-tokens.ts';
import type { DeviceIdentity } from '../node/types.ts';
import { createTcpDescentCheck } from '../sockets/tcp-descent.ts';
import { readOpenClawCredentials } from '../store/openclaw-config.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '../system.ts';
import type { Services } from './services.ts';
import type { CompanionOptions } from './types.ts';

export interface Connections {
  readonly gateway: GatewayInUse;
  readonly links: CompanionLinks;
}

/** Starts our Gateway, or attaches to the one that has the port, and joins it (D4). */
export async function connectCompanion(
  options: CompanionOptions,
  services: Services,
  identity: DeviceIdentity,
  cleanup: Cleanup,
): Promise<Connections> {
  const { port, config, stateDir, log } = options;
  const { auth } = config.gateway;
  const own = {
    ...(auth.token === undefined ? {} : { token: auth.token }),
    ...(auth.password === undefined ? {} : { password: auth.password }),
  };
  const foreign = options.foreignCredentials ?? (await readOpenClawCredentials(options.env));
  const dialing = {
    ...services,
    identity,
    tokens: openDeviceTokens(stateDir.deviceTokens),
    clock,
    ids,
    hasher,
    log,
  };
  const gateway = await ownOrAttached({
    port,
    own: await createOwnGateway({
      ...dialing,
      port,
      config,
      stateDir,
      descent: descentGate(services),
    }),
    foreignCredentials: foreign,
    dial: (url, credentials) =>
      dialGateway({ ...dialing, url, credentials: () => credentials }, 'operator'),
    clock,
  });
  cleanup.add('gateway', () => gateway.stop());

  const isOwn = gateway.mode === 'own';
  const links = startCompanionLinks({
    ...dialing,
    url: gateway.url,
    credentials: () => (isOwn ? own : (foreign ?? {})),
    notifier: options.notifier,
    bridgeTo: isOwn ? null : services.desk,
  });
  cleanup.add('links', () => links.stop());
  services.skillBins.follow(links.node);
  cleanup.add('skill bins', () => services.skillBins.stop());
  // A foreign Gateway may want a person to approve us first; ours never does.
  if (isOwn) await Promise.all([links.node.connected(), links.operator.connected()]);
  return { gateway, links };
}

/** Costs nothing until a command has run, and next to nothing once all of them have ended. */
function descentGate({ runner, descent }: Services): DescentGate {
  // Elsewhere nothing tells who is at the other end of a TCP connection quickly enough.
  if (process.platform !== 'linux') return () => null;
  const check = createTcpDescentCheck(descent);
  return (ends) => (runner.mayHaveDescendants() ? check(ends) : null);
}
