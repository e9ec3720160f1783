import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '#core/ports.ts';
import type { GatewayAuth } from '#host/gateway/auth.ts';
import { DeviceRegistry } from '#host/gateway/device-registry.ts';
import { createDevicesFeature } from '#host/gateway/features/devices.ts';
import { createGateway, type Gateway, type GatewayCore } from '#host/gateway/gateway.ts';
import type { DescentGate } from '#host/gateway/handshake.ts';
import type { GatewayFeature } from '#host/gateway/types.ts';
import { resolveStateDir, type StateDir } from '#host/store/state-dir.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { createFakeLogger, type LogLine } from './fakes.ts';
import { tempDir } from './temp-dir.ts';

export const testToken = 'test-gateway-token';

export interface TestGateway {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly devices: DeviceRegistry;
  readonly stateDir: StateDir;
  readonly log: { readonly lines: readonly LogLine[] };
}

/** A Gateway on a free port with the devices feature, in a state folder of its own. */
export async function startTestGateway(
  options: {
    readonly auth?: GatewayAuth | (() => GatewayAuth);
    readonly clock?: Clock;
    readonly stateDir?: StateDir;
    /** By default no command of ours is alive. */
    readonly descent?: DescentGate;
    readonly allowedOrigins?: readonly string[];
    readonly features?: (core: GatewayCore) => readonly GatewayFeature[];
  } = {},
): Promise<TestGateway> {
  const { clock = systemClock, auth = { mode: 'token', token: testToken } } = options;
  const stateDir = options.stateDir ?? resolveStateDir(tempDir(), {});
  const log = createFakeLogger();
  const ids = systemIds;
  const devices = new DeviceRegistry({
    pendingPath: stateDir.devicesPending,
    pairedPath: stateDir.devicesPaired,
    clock,
    ids,
    log,
  });
  const gateway = createGateway({
    port: 0,
    bind: 'loopback',
    auth: typeof auth === 'function' ? auth : () => auth,
    allowedOrigins: options.allowedOrigins ?? [],
    devices,
    descent: options.descent ?? (() => null),
    features: (core) => [
      createDevicesFeature({ core, devices, clock }),
      ...(options.features?.(core) ?? []),
    ],
    snapshot: () => ({ presence: [], health: {}, stateVersion: { presence: 0, health: 0 } }),
    version: '0.0.0-test',
    stateDirPath: stateDir.root,
    configPath: join(stateDir.root, 'config.json'),
    clock,
    ids,
    log,
  });
  const { url, port } = await gateway.start();
  onTestFinished(() => gateway.stop('test finished'));
  return { url, port, gateway, devices, stateDir, log };
}
