import type { IncomingMessage } from 'node:http';
import { createAuthThrottle } from '#core/gateway/auth-throttle.ts';
import type { Clock, Ids, Logger } from '#core/ports.ts';
import { createAuthenticator, type GatewayAuth } from './auth.ts';
import { createBroadcaster } from './broadcaster.ts';
import { type ConnectionDeps, serveConnection } from './connection.ts';
import type { DeviceRegistry } from './device-registry.ts';
import { createFeatureSet, type FeatureSet } from './feature-set.ts';
import type { DescentGate, PeerFacts } from './handshake.ts';
import { type GatewaySnapshot, helloOk } from './hello.ts';
import { createListener } from './listener.ts';
import { createLiveSockets } from './live-sockets.ts';
import { createOpenAnswers, type OpenAnswers } from './open-answers.ts';
import { isLocalPeer, isLoopbackAddress } from './origin-guard.ts';
import type { Broadcaster, GatewayFeature, Session } from './types.ts';

/** What features get to work with. */
export interface GatewayCore {
  readonly broadcaster: Broadcaster;
  /** Closes the live connections that match; what they sent since counts no more. */
  closeSessions(matches: (session: Session) => boolean, code: number, reason: string): void;
}

export interface GatewayDeps {
  /** 0 picks a free one. */
  readonly port: number;
  /** 127.0.0.1 and, where it exists, ::1. Nothing else yet. */
  readonly bind: 'loopback';
  /** The present one: it may be replaced while we run. */
  readonly auth: () => GatewayAuth;
  /** Origins of browser pages that may connect besides our own host. */
  readonly allowedOrigins: readonly string[];
  readonly devices: DeviceRegistry;
  readonly descent: DescentGate;
  /** Called once, while the Gateway is made. A method name belongs to one feature. */
  readonly features: (core: GatewayCore) => readonly GatewayFeature[];
  /** @param arriving the client that is about to get hello-ok. */
  readonly snapshot: (arriving: Session) => GatewaySnapshot;
  readonly version: string;
  readonly stateDirPath: string;
  readonly configPath: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

export interface Gateway extends GatewayCore {
  /** @throws CompanionError UNAVAILABLE with details.code EADDRINUSE when the port is taken. */
  start(): Promise<{ readonly url: string; readonly port: number }>;
  /** Closes who came in with a secret that has been replaced since; a device token still counts. */
  closeOutdated(spared: (session: Session) => boolean): void;
  /**
   * What waited for a person has just ended: resolves once those who asked have been answered, also
   * by way of a node. Does not wait long.
   */
  answered(): Promise<void>;
  /** Tells every client (`shutdown`, close 1012), then closes the port. */
  stop(reason: string, restartExpectedMs?: number | null): Promise<void>;
}

/** A node on this computer needs a few milliseconds; a command elsewhere may run for hours. */
const lastAnswersMs = 500;

/** @throws CompanionError STATE without a secret; INTERNAL when two features claim one method. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { broadcaster, sessions } = createBroadcaster();
  const core: GatewayCore = {
    broadcaster,
    closeSessions(matches, code, reason) {
      for (const session of [...sessions]) if (matches(session)) session.close(code, reason);
    },
  };
  const features = createFeatureSet(deps.features(core), deps.log);
  const holds = new WeakMap<Session, () => boolean>();
  const answers = createOpenAnswers(deps.clock);
  const connections = connectionDeps(deps, features, { sessions, holds, answers });
  const live = createLiveSockets();
  const listener = createListener({
    allowedOrigins: deps.allowedOrigins,
    log: deps.log,
    onSocket(ws, request, proven) {
      if (live.add(ws)) {
        serveConnection(ws, request.socket, peerOf(request), proven, connections);
      }
    },
  });

  return {
    ...core,
    async start() {
      await deps.devices.load();
      const port = await listener.listen(deps.port);
      return { url: `ws://127.0.0.1:${port}`, port };
    },
    closeOutdated(spared) {
      const isOutdated = (session: Session) => holds.get(session)?.() !== true;
      core.closeSessions((one) => isOutdated(one) && !spared(one), 1008, 'gateway token replaced');
    },
    answered: () => answers.given(lastAnswersMs),
    async stop(reason, restartExpectedMs = null) {
      broadcaster.broadcast('shutdown', { reason, restartExpectedMs });
      await live.closeAll(1012, 'service restart');
      await listener.close();
      features.stop();
      await deps.devices.stop();
    },
  };
}

function connectionDeps(
  deps: GatewayDeps,
  features: FeatureSet,
  live: {
    readonly sessions: Set<Session>;
    /** Whether what let a session in still would. */
    readonly holds: WeakMap<Session, () => boolean>;
    readonly answers: OpenAnswers;
  },
): ConnectionDeps {
  const { clock, ids, log, devices, version, stateDirPath, configPath } = deps;
  const startedAtMs = clock.now();
  const methods = [...features.methods.keys()];
  const facts = { version, stateDirPath, configPath, methods, events: features.events };
  const authenticator = createAuthenticator(deps.auth, devices, createAuthThrottle(clock));
  return {
    clock,
    ids,
    log,
    handshake: { devices, authenticator, clock, descent: deps.descent },
    dispatch: { methods: features.methods, answers: live.answers, ids, log },
    hello(session, grant) {
      const uptimeMs = clock.now() - startedAtMs;
      const snapshot = deps.snapshot(session);
      return helloOk(facts, grant, { connId: session.connId, uptimeMs, snapshot });
    },
    opened(session, holds) {
      live.sessions.add(session);
      live.holds.set(session, holds);
      features.connected(session);
    },
    closed(session) {
      live.sessions.delete(session);
      features.disconnected(session);
    },
  };
}

function peerOf(request: IncomingMessage): Omit<PeerFacts, 'nonce'> {
  const { remoteAddress: address, remotePort = 0, localPort = 0 } = request.socket;
  return {
    ends: { peerPort: remotePort, ownPort: localPort },
    address: address ?? '',
    local: isLocalPeer(address, request.headers),
    remoteIp: address === undefined || isLoopbackAddress(address) ? null : address,
    hasOrigin: request.headers.origin !== undefined,
  };
}
