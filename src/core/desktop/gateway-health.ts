import type { ChannelHealth } from '#protocol/gateway-health.ts';

/** How the channels of a Gateway are, over which its agents talk to people. */
export type GatewayHealth =
  | { readonly kind: 'ok' }
  /** No channel is set up, or none says how it is. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'login-required' }
  /** `detail` is in the Gateway's words, raw; null when it gave none. */
  | { readonly kind: 'degraded'; readonly detail: string | null; readonly elapsedMs: number | null }
  /** The Gateway did not say. */
  | { readonly kind: 'failed'; readonly detail: string };

/** A Gateway has a handful of channels; a hostile one does not get to make us count thousands. */
const mostChannels = 64;

/** One that works is enough: agents can be reached (app-features §5, §18). */
export function gatewayHealth(channels: Readonly<Record<string, ChannelHealth>>): GatewayHealth {
  const known = Object.values(channels).slice(0, mostChannels);
  const used = known.filter(({ configured, linked }) => configured ?? linked !== undefined);
  if (used.length === 0) return { kind: 'unknown' };
  if (used.some(isHealthy)) return { kind: 'ok' };
  if (used.some(({ linked }) => linked === false)) return { kind: 'login-required' };
  const { probe } = used.find((channel) => channel.probe?.ok === false) ?? {};
  return { kind: 'degraded', detail: probe?.error ?? null, elapsedMs: probe?.elapsedMs ?? null };
}

function isHealthy({ linked, probe }: ChannelHealth): boolean {
  return linked !== false && probe?.ok !== false;
}
