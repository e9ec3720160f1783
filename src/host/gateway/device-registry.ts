import { CompanionError, errorText } from '#core/errors.ts';
import {
  acceptableToken,
  approveDevice,
  covers,
  type DeviceClaim,
  deviceView,
  freshToken,
  isExpired,
  needsPairing,
  newPending,
  tokenOf,
  unusedLongest,
  withToken,
} from '#core/gateway/pairing.ts';
import type { Cancel, Clock, Ids, Logger } from '#core/ports.ts';
import { MirroredMap } from '#host/store/mirrored-map.ts';
import {
  type DevicePairResolved,
  type DeviceToken,
  type PairedDevice,
  type PairedDeviceView,
  type PendingDevice,
  pairedFileSchema,
  pendingFileSchema,
} from '#protocol/gateway-devices.ts';
import { secretsEqual } from './secrets.ts';

/** Requests kept for a person; the oldest goes first. */
const maxPending = 128;
/** `lastUsedAtMs` alone is not worth a write per connect. */
const touchSaveDelayMs = 5_000;

export type PairingEvent =
  | { readonly kind: 'requested'; readonly pending: PendingDevice }
  | { readonly kind: 'resolved'; readonly resolved: DevicePairResolved };

export interface DeviceRegistryDeps {
  readonly pendingPath: string;
  readonly pairedPath: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** Paired devices and their tokens, in memory; files are written behind, never read again. */
export class DeviceRegistry {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #log: Logger;
  readonly #pending: MirroredMap<PendingDevice>;
  readonly #paired: MirroredMap<PairedDevice>;
  readonly #listeners = new Set<(event: PairingEvent) => void>();
  #touch: Cancel | null = null;

  constructor(deps: DeviceRegistryDeps) {
    this.#clock = deps.clock;
    this.#ids = deps.ids;
    this.#log = deps.log;
    this.#pending = new MirroredMap(deps.pendingPath, pendingFileSchema, deps.log);
    this.#paired = new MirroredMap(deps.pairedPath, pairedFileSchema, deps.log);
  }

  async load(): Promise<void> {
    await Promise.all([this.#pending.load(), this.#paired.load()]);
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    this.#touch?.();
    this.#touch = null;
    await this.saved();
  }

  /** Resolves when all changes so far are on disk; rejects when they cannot be written. */
  async saved(): Promise<void> {
    await Promise.all([this.#pending.save(), this.#paired.save()]);
  }

  onEvent(listener: (event: PairingEvent) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Pairs a proven, authenticated device as far as needed (gateway §7.1).
   * @returns null when it may come in, else the id of the request a person must approve.
   */
  admit(claim: DeviceClaim, local: boolean): string | null {
    const known = this.#paired.get(claim.deviceId);
    if (!needsPairing(known, claim)) return null;
    // A request that waits for a person wins, even over a local client (gateway §7.1, trap).
    this.#prune();
    const waiting = this.#pending.values().find((one) => one.deviceId === claim.deviceId);
    if (waiting) return waiting.requestId;
    const request = newPending(claim, known, this.#ids.uuid(), this.#clock.now());
    if (local) {
      this.#approve({ ...request, silent: true });
      this.#saveBehind();
      return null;
    }
    this.#pending.set(request.requestId, request);
    this.#prune();
    this.#emit({ kind: 'requested', pending: request });
    this.#saveBehind();
    return request.requestId;
  }

  /** The token for hello-ok: the present one while it covers the claim, else a fresh one. */
  grant(claim: DeviceClaim): DeviceToken {
    const { deviceId, role, scopes } = claim;
    const present = this.token(deviceId, role);
    if (present && present.revokedAtMs === undefined && covers(present.scopes, scopes)) {
      return present;
    }
    const token = this.#issue(deviceId, role, scopes);
    this.#saveBehind();
    return token;
  }

  acceptsToken(claim: DeviceClaim, presented: string): boolean {
    const device = this.#paired.get(claim.deviceId);
    const token = acceptableToken(device, claim);
    if (!device || !token || !secretsEqual(token.token, presented)) return false;
    const used = { ...token, lastUsedAtMs: this.#clock.now() };
    this.#paired.set(claim.deviceId, withToken(device, used));
    this.#touch ??= this.#clock.schedule(touchSaveDelayMs, () => {
      this.#touch = null;
      this.#saveBehind();
    });
    return true;
  }

  list(): { readonly pending: PendingDevice[]; readonly paired: PairedDeviceView[] } {
    this.#prune();
    return {
      pending: this.#pending.values().sort((a, b) => b.ts - a.ts),
      paired: this.#paired
        .values()
        .sort((a, b) => b.approvedAtMs - a.approvedAtMs)
        .map(deviceView),
    };
  }

  isPaired(deviceId: string, publicKey: string): boolean {
    return this.#paired.get(deviceId)?.publicKey === publicKey;
  }

  token(deviceId: string, role: string): DeviceToken | null {
    const device = this.#paired.get(deviceId);
    return device ? tokenOf(device, role) : null;
  }

  /** @throws CompanionError INVALID_REQUEST `unknown requestId`. */
  request(requestId: string): PendingDevice {
    this.#prune();
    const one = this.#pending.get(requestId);
    if (!one) throw new CompanionError('INVALID_REQUEST', 'unknown requestId');
    return one;
  }

  approve(request: PendingDevice): PairedDeviceView {
    this.#pending.delete(request.requestId);
    return deviceView(this.#approve(request));
  }

  reject(request: PendingDevice): void {
    this.#pending.delete(request.requestId);
    this.#resolved(request, 'rejected');
  }

  /** @throws CompanionError INVALID_REQUEST `unknown deviceId/role`. */
  rotate(deviceId: string, role: string, scopes: readonly string[]): DeviceToken {
    return this.#issue(deviceId, role, scopes);
  }

  /**
   * @returns when, as Unix ms.
   * @throws CompanionError INVALID_REQUEST `unknown deviceId/role`.
   */
  revoke(deviceId: string, role: string): number {
    const token = this.token(deviceId, role);
    if (!token) throw new CompanionError('INVALID_REQUEST', 'unknown deviceId/role');
    const revokedAtMs = this.#clock.now();
    this.#paired.set(deviceId, withToken(this.#device(deviceId), { ...token, revokedAtMs }));
    return revokedAtMs;
  }

  #prune(): void {
    const excess = this.#pending.size - maxPending;
    for (const [index, one] of this.#pending.values().entries()) {
      if (index < excess || isExpired(one, this.#clock.now())) this.#pending.delete(one.requestId);
    }
  }

  #approve(request: PendingDevice): PairedDevice {
    const known = this.#paired.get(request.deviceId);
    const device = approveDevice(known, request, this.#newToken(), this.#clock.now());
    this.#paired.set(request.deviceId, device);
    for (const unused of unusedLongest(this.#paired.values())) this.#paired.delete(unused);
    this.#resolved(request, 'approved');
    return device;
  }

  #issue(deviceId: string, role: string, scopes: readonly string[]): DeviceToken {
    const device = this.#device(deviceId);
    const old = tokenOf(device, role);
    const token = freshToken(old, role, scopes, this.#newToken(), this.#clock.now());
    this.#paired.set(deviceId, withToken(device, token));
    return token;
  }

  #device(deviceId: string): PairedDevice {
    const device = this.#paired.get(deviceId);
    if (!device) throw new CompanionError('INVALID_REQUEST', 'unknown deviceId/role');
    return device;
  }

  #newToken(): string {
    return this.#ids.uuid().replaceAll('-', '');
  }

  #resolved(request: PendingDevice, decision: DevicePairResolved['decision']): void {
    const { requestId, deviceId } = request;
    const resolved = { requestId, deviceId, decision, ts: this.#clock.now() };
    this.#emit({ kind: 'resolved', resolved });
  }

  #emit(event: PairingEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #saveBehind(): void {
    this.saved().catch((error: unknown) => {
      this.#log.error('gateway.devices.write-failed', { error: errorText(error) });
    });
  }
}
