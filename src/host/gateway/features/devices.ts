import { CompanionError } from '#core/errors.ts';
import { covers, scopeNotHeld } from '#core/gateway/pairing.ts';
import type { Cancel, Clock } from '#core/ports.ts';
import {
  type DeviceTokenRevoked,
  type DeviceTokenRotated,
  devicePairDecideParamsSchema,
  devicePairListParamsSchema,
  deviceTokenRevokeParamsSchema,
  deviceTokenRotateParamsSchema,
  type PendingDevice,
} from '#protocol/gateway-devices.ts';
import type { DeviceRegistry } from '../device-registry.ts';
import type { GatewayCore } from '../gateway.ts';
import { parseParams } from '../params.ts';
import type { GatewayFeature, MethodCall, Session } from '../types.ts';

/** `device.pair.*` and `device.token.*` (gateway §7.1), with the limits of S22 and S23. */
export function createDevicesFeature(deps: {
  readonly core: GatewayCore;
  readonly devices: DeviceRegistry;
  readonly clock: Clock;
}): GatewayFeature {
  const { devices, core } = deps;
  const closer = createTokenCloser(core, deps.clock);
  const unsubscribe = devices.onEvent((event) => {
    const to = maySeePairing;
    if (event.kind === 'requested') {
      core.broadcaster.broadcast('device.pair.requested', event.pending, { to });
    } else {
      core.broadcaster.broadcast('device.pair.resolved', event.resolved, { to });
    }
  });

  return {
    methods: {
      'device.pair.list'(params) {
        parseParams('device.pair.list', devicePairListParamsSchema, params);
        return devices.list();
      },
      async 'device.pair.approve'(params, { session }) {
        const method = 'device.pair.approve';
        const { requestId } = parseParams(method, devicePairDecideParamsSchema, params);
        const request = devices.request(requestId);
        requireHeld(session, scopesToApprove(devices, request));
        const device = devices.approve(request);
        await devices.saved();
        return { requestId, device };
      },
      async 'device.pair.reject'(params) {
        const method = 'device.pair.reject';
        const { requestId } = parseParams(method, devicePairDecideParamsSchema, params);
        const request = devices.request(requestId);
        devices.reject(request);
        await devices.saved();
        return { requestId, deviceId: request.deviceId };
      },
      'device.token.rotate': (params, call) => rotate(devices, closer.close, params, call),
      'device.token.revoke': (params, call) => revoke(devices, closer.close, params, call),
    },
    events: ['device.pair.requested', 'device.pair.resolved'],
    stop() {
      unsubscribe();
      closer.stop();
    },
  };
}

/** Ends all but the caller's own socket; the returned function ends that one too, if it is meant. */
type CloseDevice = (deviceId: string, role: string, reason: string, caller: Session) => () => void;

/**
 * The new token has no scope the old one lacked, and none its receiver lacks (S22). A revoked token
 * comes back only through an admin (S23).
 */
async function rotate(
  devices: DeviceRegistry,
  close: CloseDevice,
  params: unknown,
  { session }: MethodCall,
): Promise<DeviceTokenRotated> {
  const wanted = parseParams('device.token.rotate', deviceTokenRotateParamsSchema, params);
  const { deviceId, role } = wanted;
  const old = devices.token(deviceId, role);
  if (!old) throw new CompanionError('INVALID_REQUEST', 'unknown deviceId/role');
  const scopes = [...new Set(wanted.scopes ?? old.scopes)];
  if (!covers(old.scopes, scopes)) {
    throw new CompanionError('INVALID_REQUEST', 'rotation cannot add scopes to a token');
  }
  requireHeld(session, old.revokedAtMs === undefined ? scopes : ['operator.admin']);
  const fresh = devices.rotate(deviceId, role, scopes);
  const closeCaller = close(deviceId, role, 'device token rotated', session);
  await devices.saved().finally(closeCaller);
  const rotatedAtMs = fresh.rotatedAtMs ?? fresh.createdAtMs;
  return { deviceId, role, token: fresh.token, scopes, rotatedAtMs };
}

async function revoke(
  devices: DeviceRegistry,
  close: CloseDevice,
  params: unknown,
  { session }: MethodCall,
): Promise<DeviceTokenRevoked> {
  const { deviceId, role } = parseParams(
    'device.token.revoke',
    deviceTokenRevokeParamsSchema,
    params,
  );
  const revokedAtMs = devices.revoke(deviceId, role);
  const closeCaller = close(deviceId, role, 'device token revoked', session);
  await devices.saved().finally(closeCaller);
  return { deviceId, role, revokedAtMs };
}

/** What the approver must hold: what it hands out, and admin to bring back what was revoked (S23). */
function scopesToApprove(devices: DeviceRegistry, request: PendingDevice): readonly string[] {
  const old = devices.token(request.deviceId, request.role ?? '');
  return old?.revokedAtMs === undefined ? (request.scopes ?? []) : ['operator.admin'];
}

/** @throws CompanionError INVALID_REQUEST `missing scope: …`. */
function requireHeld(session: Session, scopes: readonly string[]): void {
  const missing = scopeNotHeld(session.scopes, scopes);
  if (missing !== null) throw new CompanionError('INVALID_REQUEST', `missing scope: ${missing}`);
}

function maySeePairing({ role, scopes }: Session): boolean {
  return role === 'operator' && (scopes.has('operator.pairing') || scopes.has('operator.admin'));
}

/** How long a caller that changed its own token keeps its socket, to read the answer (S23). */
const ownGraceMs = 100;

/** Ends the live sockets of a device in one role. */
function createTokenCloser(core: GatewayCore, clock: Clock) {
  const waiting = new Set<Cancel>();
  const closeSoon = (session: Session, reason: string) => {
    const cancel = clock.schedule(ownGraceMs, () => {
      waiting.delete(cancel);
      session.close(1008, reason);
    });
    waiting.add(cancel);
  };
  const close: CloseDevice = (deviceId, role, reason, caller) => {
    const same = (one: Session) => one.deviceId === deviceId && one.role === role;
    core.closeSessions((one) => one !== caller && same(one), 1008, reason);
    return () => {
      if (same(caller)) closeSoon(caller, reason);
    };
  };
  return {
    close,
    stop() {
      for (const cancel of waiting) cancel();
    },
  };
}
