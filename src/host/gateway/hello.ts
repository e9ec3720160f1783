import { hostname } from 'node:os';
import type { HelloOk } from '#protocol/gateway-connect.ts';
import type { DeviceToken } from '#protocol/gateway-devices.ts';
import {
  gatewayProtocol,
  maxBufferedBytes,
  maxPayloadBytes,
  tickIntervalMs,
} from '#protocol/gateway-frames.ts';

/** What a client sees of the Gateway's state when it connects (gateway §3.5). */
export interface GatewaySnapshot {
  readonly presence: readonly unknown[];
  readonly health: unknown;
  readonly stateVersion: { readonly presence: number; readonly health: number };
}

export interface HelloFacts {
  readonly version: string;
  readonly methods: readonly string[];
  readonly events: readonly string[];
  readonly stateDirPath: string;
  readonly configPath: string;
}

/** There is one agent and one session key scheme here; newer peers expect the object. */
const sessionDefaults = {
  defaultAgentId: 'main',
  mainKey: 'main',
  mainSessionKey: 'agent:main:main',
  scope: 'per-sender',
};

/** The hello-ok payload (gateway §3.5). `canvasHostUrl` stays away: there is no canvas host. */
export function helloOk(
  facts: HelloFacts,
  grant: DeviceToken | null,
  now: { readonly connId: string; readonly uptimeMs: number; readonly snapshot: GatewaySnapshot },
): HelloOk {
  return {
    type: 'hello-ok',
    protocol: gatewayProtocol,
    server: { version: facts.version, host: hostname(), connId: now.connId },
    features: { methods: facts.methods, events: facts.events },
    snapshot: {
      ...now.snapshot,
      uptimeMs: now.uptimeMs,
      configPath: facts.configPath,
      stateDir: facts.stateDirPath,
      sessionDefaults,
    },
    ...(grant
      ? {
          auth: {
            deviceToken: grant.token,
            role: grant.role,
            scopes: grant.scopes,
            issuedAtMs: grant.rotatedAtMs ?? grant.createdAtMs,
          },
        }
      : {}),
    policy: { maxPayload: maxPayloadBytes, maxBufferedBytes, tickIntervalMs },
  };
}
