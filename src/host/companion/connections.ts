import type { Cleanup } from '../cleanup.ts';
import { type GatewayInUse, ownOrAttached } from '../gateway/attach.ts';
import type { DescentGate } from '../gateway/handshake.ts';
import { createLiveSecret } from '../gateway/live-secret.ts';
import { createOwnGateway } from '../gateway/own-gateway.ts';
import { createOwnToken, type OwnToken } from '../gateway/own-token.ts';
import { followAgents } from '../node/agent-activity.ts';
import { type CompanionLinks, dialGateway, startCompanionLinks } from '../node/companion-links.ts';
import { openDeviceTokens } from '../node/device-tokens.ts';
import { type HealthWatch, watchGatewayHealth } from '../node/gateway-health.ts';
import type { DeviceIdentity } from '../node/types.ts';
import { createTcpDescentCheck } from '../sockets/tcp-descent.ts';
import { readOpenClawCredentials } from '../store/openclaw-config.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '../system.ts';
import type { Services } from './services.ts';
import type { CompanionOptions } from './types.ts';

export interface Connections {
  readonly gateway: GatewayInUse;
  readonly links: CompanionLinks;
  /** Null for our own Gateway: it is this process, and has no channels. */
  readonly health: HealthWatch | null;
  /** Null for a Gateway that is not ours. */
  readonly ownToken: OwnToken | null;
}

/** Starts our Gateway, or attaches to the one that has the port, and joins it (D4). */
export async function connectCompanion(
  options: CompanionOptions,
  services: Services,
  identity: DeviceIdentity,
  cleanup: Cleanup,
): Promise<Connections> {
  const { port, config, stateDir, log } = options;
  const secret = createLiveSecret(config, stateDir.config);
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
  const own = await createOwnGateway({
    ...dialing,
    port,
    config,
    secret,
    stateDir,
    descent: descentGate(services),
  });
  const gateway = await ownOrAttached({
    port,
    own,
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
    credentials: () => (isOwn ? secret.current() : (foreign ?? {})),
    notifier: options.notifier,
    ...(options.presence === undefined ? {} : { presence: options.presence }),
    bridgeTo: isOwn ? null : services.desk,
  });
  cleanup.add('links', () => links.stop());
  const health = isOwn ? null : watchGatewayHealth({ link: links.operator, clock });
  if (health !== null) cleanup.add('health', () => health.stop());
  const { activity } = services;
  const stopFollowing = followAgents({ link: links.operator, activity, log });
  cleanup.add('activity', stopFollowing);
  services.skillBins.follow(links.node);
  cleanup.add('skill bins', () => services.skillBins.stop());
  // A foreign Gateway may want a person to approve us first; ours never does.
  if (isOwn) await Promise.all([links.node.connected(), links.operator.connected()]);
  const ownToken = isOwn
    ? createOwnToken({
        secret,
        gateway: own,
        configPath: stateDir.config,
        ids,
        log,
        isOwnConnection: links.isConnection,
      })
    : null;
  return { gateway, links, health, ownToken };
}

/** Costs nothing until a command has run, and next to nothing once all of them have ended. */
function descentGate({ runner, descent }: Services): DescentGate {
  // Elsewhere nothing tells who is at the other end of a TCP connection quickly enough.
  if (process.platform !== 'linux') return () => null;
  const check = createTcpDescentCheck(descent);
  return (ends) => (runner.mayHaveDescendants() ? check(ends) : null);
}
