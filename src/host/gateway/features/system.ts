import { CompanionError } from '#core/errors.ts';
import { type ConfigState, configSnapshot } from '#core/gateway/config-view.ts';
import { createPresenceRegister, type PresenceSelf } from '#core/gateway/presence.ts';
import type { Cancel, Clock } from '#core/ports.ts';
import { tickIntervalMs } from '#protocol/gateway-frames.ts';
import {
  type Health,
  logsTailParamsSchema,
  noParamsSchema,
  type PresenceEntry,
  type Status,
  systemEventParamsSchema,
} from '#protocol/gateway-system.ts';
import type { LogReader } from '../log-tail.ts';
import { parseParams } from '../params.ts';
import type { Broadcaster, GatewayFeature, MethodHandler, Session } from '../types.ts';

const healthIntervalMs = 60_000;
const defaultLogLines = 500;
const defaultLogBytes = 250_000;

interface SystemFeatureDeps {
  readonly clock: Clock;
  readonly broadcaster: Broadcaster;
  readonly self: PresenceSelf;
  /** From memory: no file is read on a request path. */
  readonly config: () => ConfigState;
  readonly readLog: LogReader;
}

/** The part of hello-ok's `snapshot` that this feature knows (gateway §3.5). */
interface SystemSnapshot {
  readonly presence: readonly PresenceEntry[];
  readonly health: Health;
  readonly stateVersion: { readonly presence: number; readonly health: number };
}

interface SystemFeature extends GatewayFeature {
  /** @param arriving the client that is about to get hello-ok; it finds itself in the list. */
  snapshot(arriving?: Session): SystemSnapshot;
}

/** Health, presence, ticks, configuration and logs (gateway §4, §5, §10). */
export function createSystemFeature(deps: SystemFeatureDeps): SystemFeature {
  const { clock, broadcaster } = deps;
  const presence = createPresenceRegister(deps.self, clock);
  const connected = new Set<Session>();
  let healthVersion = 1;
  let timers: Cancel[] = [];

  const stateVersion = () => ({ presence: presence.version, health: healthVersion });
  const options = () => ({ dropIfSlow: true, stateVersion: stateVersion() });
  const broadcastPresence = (): void =>
    broadcaster.broadcast('presence', { presence: presence.list() }, options());
  const broadcastHealth = (): void => {
    healthVersion += 1;
    broadcaster.broadcast('health', health(clock.now()), options());
  };
  const broadcastTick = (): void =>
    broadcaster.broadcast('tick', { ts: clock.now() }, { dropIfSlow: true });
  const stop = (): void => {
    for (const cancel of timers) cancel();
    timers = [];
  };

  return {
    methods: methods(deps, presence, broadcastPresence),
    events: ['tick', 'presence', 'health'],
    connected(session) {
      presence.arrive(session);
      connected.add(session);
      // An idle Gateway has nobody to tick for.
      if (timers.length === 0) {
        timers = [
          every(clock, tickIntervalMs, broadcastTick),
          every(clock, healthIntervalMs, broadcastHealth),
        ];
      }
      broadcastHealth();
    },
    disconnected(session) {
      connected.delete(session);
      if (connected.size === 0) stop();
      if (presence.leave(session)) broadcastPresence();
    },
    stop,
    snapshot(arriving) {
      if (arriving) presence.arrive(arriving);
      return {
        presence: presence.list(),
        health: health(clock.now()),
        stateVersion: stateVersion(),
      };
    },
  };
}

function methods(
  deps: SystemFeatureDeps,
  presence: ReturnType<typeof createPresenceRegister>,
  broadcastPresence: () => void,
): Record<string, MethodHandler> {
  return {
    // `probe` would ask the channels; there are none.
    health: () => health(deps.clock.now()),
    status: () => emptyStatus,
    'system-presence': () => presence.list(),
    'system-event': (params) => {
      const beacon = systemEventParamsSchema.safeParse(params);
      if (!beacon.success || beacon.data.text.trim() === '') {
        throw new CompanionError('INVALID_REQUEST', 'text required');
      }
      presence.report(beacon.data);
      broadcastPresence();
      return { ok: true };
    },
    // No heartbeat runs here.
    'last-heartbeat': () => null,
    'config.get': (params) => {
      parseParams('config.get', noParamsSchema, params ?? {});
      return configSnapshot(deps.config());
    },
    // We install no skills, so none may bring a program (exec-ipc §5.9).
    'skills.bins': (params) => {
      parseParams('skills.bins', noParamsSchema, params ?? {});
      return { bins: [] };
    },
    'logs.tail': (params) => {
      const query = parseParams('logs.tail', logsTailParamsSchema, params ?? {});
      return deps.readLog({
        cursor: query.cursor ?? null,
        limit: query.limit ?? defaultLogLines,
        maxBytes: query.maxBytes ?? defaultLogBytes,
      });
    },
  };
}

/** Runs `task` again and again until cancelled. */
function every(clock: Clock, intervalMs: number, task: () => void): Cancel {
  const run = (): void => {
    cancel = clock.schedule(intervalMs, run);
    task();
  };
  let cancel = clock.schedule(intervalMs, run);
  return () => cancel();
}

/** There are no channels, agents or sessions here; clients of the real Gateway want the keys. */
function health(nowMs: number): Health {
  return {
    ok: true,
    ts: nowMs,
    durationMs: 0,
    channels: {},
    channelOrder: [],
    channelLabels: {},
    heartbeatSeconds: 0,
    defaultAgentId: 'main',
    agents: [],
    sessions: { path: '', count: 0, recent: [] },
  };
}

const emptyStatus: Status = {
  heartbeat: { defaultAgentId: 'main', agents: [] },
  channelSummary: [],
  queuedSystemEvents: [],
  sessions: {
    paths: [],
    count: 0,
    defaults: { model: null, contextTokens: null },
    recent: [],
    byAgent: [],
  },
};
