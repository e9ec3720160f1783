import { maxPayloadBytes } from '#protocol/gateway-frames.ts';
import type { LinkState } from './types.ts';

/** More than the frame around `payloadJSON` takes. */
const frameBytes = 1_024;

/** Bytes a `payloadJSON` may take in a frame of the connected Gateway (node-commands §1.5). */
export function resultRoom(state: LinkState): number {
  const limit = state.kind === 'connected' ? state.hello.policy.maxPayload : maxPayloadBytes;
  return limit - frameBytes;
}
