import { maxScopes, type Role } from '#protocol/gateway-connect.ts';
import type {
  DeviceToken,
  PairedDevice,
  PairedDeviceView,
  PendingDevice,
} from '#protocol/gateway-devices.ts';

/** Rules of device pairing (gateway §7.1). Pure: every function answers with a new value. */

export const pendingTtlMs = 5 * 60_000;

/** What a device that proved its key asks for at `connect`. */
export interface DeviceClaim {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName: string | null;
  readonly platform: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: Role;
  readonly scopes: readonly string[];
  /** Null for a peer on this machine. */
  readonly remoteIp: string | null;
}

/** Whether a person (or, for a local client, we) must approve this claim first. */
export function needsPairing(device: PairedDevice | undefined, claim: DeviceClaim): boolean {
  if (device?.publicKey !== claim.publicKey) return true;
  if (!rolesOf(device).includes(claim.role)) return true;
  return !covers(device.scopes ?? [], claim.scopes);
}

/** Every one of `wanted` is in `granted`, literally: nothing implies anything here. */
export function covers(granted: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((scope) => granted.includes(scope));
}

/**
 * The first scope that a caller may not hand on because it does not hold it (S22), or null.
 * Admin holds all; write holds read (gateway §6).
 */
export function scopeNotHeld(
  caller: ReadonlySet<string>,
  granted: readonly string[],
): string | null {
  if (caller.has('operator.admin')) return null;
  const holds = (scope: string) =>
    caller.has(scope) || (scope === 'operator.read' && caller.has('operator.write'));
  return granted.find((scope) => !holds(scope)) ?? null;
}

export function newPending(
  claim: DeviceClaim,
  known: PairedDevice | undefined,
  requestId: string,
  nowMs: number,
): PendingDevice {
  return {
    requestId,
    ...factsOf(claim),
    role: claim.role,
    roles: [claim.role],
    scopes: [...claim.scopes],
    silent: false,
    isRepair: known !== undefined,
    ts: nowMs,
  };
}

/** The request a device left behind, unless it is too old to count. */
export function isExpired(pending: PendingDevice, nowMs: number): boolean {
  return nowMs - pending.ts > pendingTtlMs;
}

/** Merges what was approved into the device and gives the role a fresh token. */
export function approveDevice(
  known: PairedDevice | undefined,
  approved: PendingDevice,
  token: string,
  nowMs: number,
): PairedDevice {
  const { requestId: _id, silent, isRepair: _repair, ts: _ts, ...facts } = approved;
  const scopes = mergedScopes(known?.scopes, approved.scopes);
  const device: PairedDevice = {
    ...known,
    ...facts,
    roles: union(known && rolesOf(known), rolesOf(approved)),
    createdAtMs: known?.createdAtMs ?? nowMs,
    approvedAtMs: nowMs,
  };
  // Once a person has approved it, it stays approved by a person.
  if (silent && (known === undefined || known.silent)) device.silent = true;
  else delete device.silent;
  if (scopes.length > 0) device.scopes = scopes;
  else delete device.scopes;
  const role = approved.role;
  if (role === undefined) return device;
  const old = tokenOf(device, role);
  return withToken(device, freshToken(old, role, approved.scopes ?? [], token, nowMs));
}

/** The token that follows `old` for one role; its scopes are exactly `scopes`. */
export function freshToken(
  old: DeviceToken | null,
  role: string,
  scopes: readonly string[],
  token: string,
  nowMs: number,
): DeviceToken {
  return {
    token,
    role,
    scopes: [...scopes],
    createdAtMs: old?.createdAtMs ?? nowMs,
    ...(old ? { rotatedAtMs: nowMs } : {}),
    ...(old?.lastUsedAtMs === undefined ? {} : { lastUsedAtMs: old.lastUsedAtMs }),
  };
}

export function withToken(device: PairedDevice, token: DeviceToken): PairedDevice {
  return { ...device, tokens: { ...device.tokens, [token.role]: token } };
}

export function tokenOf(device: PairedDevice, role: string): DeviceToken | null {
  if (!device.tokens || !Object.hasOwn(device.tokens, role)) return null;
  return device.tokens[role] ?? null;
}

/** The token this claim may present: same role, not revoked, no scope beyond it. */
export function acceptableToken(
  device: PairedDevice | undefined,
  claim: Pick<DeviceClaim, 'publicKey' | 'role' | 'scopes'>,
): DeviceToken | null {
  if (device?.publicKey !== claim.publicKey) return null;
  const token = tokenOf(device, claim.role);
  if (!token || token.revokedAtMs !== undefined) return null;
  return covers(token.scopes, claim.scopes) ? token : null;
}

/** Devices that paired themselves, kept at most: a machine has a few, an agent can make any number. */
const maxSilent = 256;

/** Ids of the devices to forget (S26): of those no person ever approved, the ones unused longest. */
export function unusedLongest(devices: readonly PairedDevice[]): readonly string[] {
  const silent = devices.filter((device) => device.silent);
  if (silent.length <= maxSilent) return [];
  return silent
    .sort((a, b) => lastUse(a) - lastUse(b))
    .slice(0, silent.length - maxSilent)
    .map((device) => device.deviceId);
}

function lastUse({ approvedAtMs, tokens }: PairedDevice): number {
  const uses = Object.values(tokens ?? {}).map((token) => token.lastUsedAtMs ?? 0);
  return Math.max(approvedAtMs, ...uses);
}

/** The device without its secrets, as the recorded peers show it. */
export function deviceView(device: PairedDevice): PairedDeviceView {
  const { tokens, silent: _silent, ...rest } = device;
  if (!tokens) return rest;
  const views = Object.values(tokens).map(({ token: _secret, ...view }) => view);
  return { ...rest, tokens: views.sort((a, b) => (a.role < b.role ? -1 : 1)) };
}

function rolesOf(device: {
  readonly role?: string | undefined;
  readonly roles?: readonly string[] | undefined;
}): readonly string[] {
  return union(device.roles, device.role === undefined ? [] : [device.role]);
}

/** A device that asks for ever new scopes loses its oldest ones. */
function mergedScopes(
  held: readonly string[] | undefined,
  added: readonly string[] | undefined,
): string[] {
  const all = union(held, added);
  return all.length <= maxScopes ? all : union(added, held).slice(0, maxScopes);
}

function union(
  first: readonly string[] | undefined,
  second: readonly string[] | undefined,
): string[] {
  return [...new Set([...(first ?? []), ...(second ?? [])])];
}

function factsOf(claim: DeviceClaim) {
  return {
    deviceId: claim.deviceId,
    publicKey: claim.publicKey,
    ...(claim.displayName === null ? {} : { displayName: claim.displayName }),
    platform: claim.platform,
    clientId: claim.clientId,
    clientMode: claim.clientMode,
    ...(claim.remoteIp === null ? {} : { remoteIp: claim.remoteIp }),
  };
}
