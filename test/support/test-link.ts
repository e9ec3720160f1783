import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '#core/ports.ts';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { type DeviceTokens, openDeviceTokens } from '#host/node/device-tokens.ts';
import { createGatewayLink } from '#host/node/gateway-link.ts';
import type { GatewayLink, GatewayLinkOptions, LinkState } from '#host/node/types.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { createFakeLogger } from './fakes.ts';
import { tempDir } from './temp-dir.ts';

export interface TestLink {
  readonly link: GatewayLink;
  readonly tokens: DeviceTokens;
  readonly deviceId: string;
  readonly log: ReturnType<typeof createFakeLogger>;
  /** Resolves at the next state, or the current one, for which `wanted` is true. */
  state(wanted: (state: LinkState) => boolean): Promise<LinkState>;
}

/** A link with its own identity and token file, stopped when the test ends. */
export async function createTestLink(
  url: string,
  options: Partial<GatewayLinkOptions> & { readonly clock?: Clock } = {},
): Promise<TestLink> {
  const { clock = systemClock, ...rest } = options;
  const folder = tempDir();
  const identity = await loadDeviceIdentity(join(folder, 'identity.json'), { clock });
  const tokens = openDeviceTokens(join(folder, 'tokens.json'));
  const log = createFakeLogger();
  const link = createGatewayLink(
    {
      url,
      identity,
      client: { id: 'test', version: '0.0.0', platform: 'linux', mode: 'test' },
      role: 'node',
      scopes: [],
      advertisement: { caps: [], commands: [], permissions: {} },
      credentials: () => ({ token: 'shared' }),
      ...rest,
    },
    { clock, ids: systemIds, log, tokens, random: () => 0 },
  );
  onTestFinished(() => link.stop());
  return {
    link,
    tokens,
    deviceId: identity.deviceId,
    log,
    state: (wanted) =>
      new Promise((resolve) => {
        const check = (state: LinkState) => {
          if (!wanted(state)) return;
          stop();
          resolve(state);
        };
        const stop = link.onState(check);
        check(link.state);
      }),
  };
}
