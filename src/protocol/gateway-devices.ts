import { z } from 'zod';

/** Device pairing and device tokens: methods, events and the two store files (gateway §7.1). */

export const devicePairListParamsSchema = z.strictObject({});
export const devicePairDecideParamsSchema = z.strictObject({ requestId: z.string().min(1) });
export const deviceTokenRotateParamsSchema = z.strictObject({
  deviceId: z.string().min(1),
  role: z.string().min(1),
  scopes: z.array(z.string().min(1)).optional(),
});
export const deviceTokenRevokeParamsSchema = z.strictObject({
  deviceId: z.string().min(1),
  role: z.string().min(1),
});

const deviceFacts = {
  deviceId: z.string(),
  publicKey: z.string(),
  displayName: z.string().optional(),
  platform: z.string().optional(),
  clientId: z.string().optional(),
  clientMode: z.string().optional(),
  role: z.string().optional(),
  roles: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  /** Absent for a peer on this machine. */
  remoteIp: z.string().optional(),
};

/** A device that waits for a person; also the payload of `device.pair.requested`. */
export const pendingDeviceSchema = z.looseObject({
  requestId: z.string(),
  ...deviceFacts,
  silent: z.boolean().optional(),
  /** The device is paired already and asks for more. */
  isRepair: z.boolean().optional(),
  ts: z.number(),
});
export type PendingDevice = z.infer<typeof pendingDeviceSchema>;

const tokenFacts = {
  role: z.string(),
  scopes: z.array(z.string()),
  createdAtMs: z.number(),
  rotatedAtMs: z.number().optional(),
  revokedAtMs: z.number().optional(),
  lastUsedAtMs: z.number().optional(),
};

const deviceTokenSchema = z.looseObject({ token: z.string(), ...tokenFacts });
export type DeviceToken = z.infer<typeof deviceTokenSchema>;

const approvalTimes = { createdAtMs: z.number(), approvedAtMs: z.number() };

/** A paired device as stored, its tokens in clear. */
const pairedDeviceSchema = z.looseObject({
  ...deviceFacts,
  /** No person has ever approved it. */
  silent: z.boolean().optional(),
  tokens: z.record(z.string(), deviceTokenSchema).optional(),
  ...approvalTimes,
});
export type PairedDevice = z.infer<typeof pairedDeviceSchema>;

/** A paired device as answered: tokens without their secrets. */
const pairedDeviceViewSchema = z.looseObject({
  ...deviceFacts,
  ...approvalTimes,
  tokens: z.array(z.looseObject(tokenFacts)).optional(),
});
export type PairedDeviceView = z.infer<typeof pairedDeviceViewSchema>;

/** `devices/pending.json`: by requestId. */
export const pendingFileSchema = z.record(z.string(), pendingDeviceSchema);
/** `devices/paired.json`: by deviceId. */
export const pairedFileSchema = z.record(z.string(), pairedDeviceSchema);

export const devicePairListSchema = z.looseObject({
  pending: z.array(pendingDeviceSchema),
  paired: z.array(pairedDeviceViewSchema),
});

export const devicePairApprovedSchema = z.looseObject({
  requestId: z.string(),
  device: pairedDeviceViewSchema,
});

export const devicePairRejectedSchema = z.looseObject({
  requestId: z.string(),
  deviceId: z.string(),
});

export const devicePairResolvedSchema = z.looseObject({
  requestId: z.string(),
  deviceId: z.string(),
  decision: z.enum(['approved', 'rejected']),
  ts: z.number(),
});
export type DevicePairResolved = z.infer<typeof devicePairResolvedSchema>;

export const deviceTokenRotatedSchema = z.looseObject({
  deviceId: z.string(),
  role: z.string(),
  token: z.string(),
  scopes: z.array(z.string()),
  rotatedAtMs: z.number(),
});
export type DeviceTokenRotated = z.infer<typeof deviceTokenRotatedSchema>;

export const deviceTokenRevokedSchema = z.looseObject({
  deviceId: z.string(),
  role: z.string(),
  revokedAtMs: z.number(),
});
export type DeviceTokenRevoked = z.infer<typeof deviceTokenRevokedSchema>;
