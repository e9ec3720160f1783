import type { WebSocket } from 'ws';
import { CompanionError } from '#core/errors.ts';

/**
 * Changes how long a frame a living socket accepts. ws takes its limit only at construction, so
 * this reaches into its receiver; every such reach of ours is here, and a test holds it.
 * @throws CompanionError INTERNAL when this ws has no such field: then nobody gets connected.
 */
export function setPayloadLimit(ws: WebSocket, bytes: number): void {
  const receiver: unknown = Reflect.get(ws, '_receiver');
  if (
    typeof receiver !== 'object' ||
    receiver === null ||
    typeof Reflect.get(receiver, '_maxPayload') !== 'number'
  ) {
    throw new CompanionError('INTERNAL', 'this version of ws has no receiver limit to raise');
  }
  Reflect.set(receiver, '_maxPayload', bytes);
}
