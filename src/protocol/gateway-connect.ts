import { z } from 'zod';
import { maxNameChars } from './gateway-frames.ts';

/** Handshake: connect parameters, hello-ok and the signed device payload (gateway §3). */

const clientIds = [
  'webchat-ui',
  'openclaw-control-ui',
  'webchat',
  'cli',
  'gateway-client',
  'openclaw-macos',
  'openclaw-ios',
  'openclaw-android',
  'node-host',
  'test',
  'fingerprint',
  'openclaw-probe',
] as const;

const clientModes = ['webchat', 'cli', 'ui', 'backend', 'node', 'probe', 'test'] as const;

const keptName = z.string().min(1).max(maxNameChars);

const clientInfoSchema = z.strictObject({
  id: z.enum(clientIds),
  displayName: keptName.optional(),
  version: keptName,
  platform: keptName,
  deviceFamily: keptName.optional(),
  modelIdentifier: keptName.optional(),
  mode: z.enum(clientModes),
  instanceId: keptName.optional(),
});
export type ClientInfo = z.infer<typeof clientInfoSchema>;

const deviceProofSchema = z.strictObject({
  id: z.string().min(1),
  publicKey: z.string().min(1),
  signature: z.string().min(1),
  signedAt: z.int().nonnegative(),
  nonce: z.string().min(1).optional(),
});
export type DeviceProof = z.infer<typeof deviceProofSchema>;

/** Several times what newer peers know; they are stored with the device. */
export const maxScopes = 64;

/** `role` stays a free string here: a wrong one has its own error (gateway §3.2 row 6). */
export const connectParamsSchema = z.strictObject({
  minProtocol: z.int().min(1),
  maxProtocol: z.int().min(1),
  client: clientInfoSchema,
  caps: z.array(z.string().min(1)).optional(),
  commands: z.array(z.string().min(1)).optional(),
  permissions: z.record(z.string(), z.boolean()).optional(),
  pathEnv: z.string().optional(),
  role: z.string().min(1).optional(),
  scopes: z.array(keptName).max(maxScopes).optional(),
  device: deviceProofSchema.optional(),
  auth: z
    .strictObject({ token: z.string().optional(), password: z.string().optional() })
    .optional(),
  locale: z.string().optional(),
  userAgent: z.string().optional(),
});
export type ConnectParams = z.infer<typeof connectParamsSchema>;

export const roles = ['operator', 'node'] as const;
export type Role = (typeof roles)[number];

export const operatorScopes = [
  'operator.admin',
  'operator.approvals',
  'operator.pairing',
  'operator.read',
  'operator.write',
] as const;

export const connectChallengeSchema = z.looseObject({ nonce: z.string(), ts: z.number() });

/** 2026.9 sends a grant without a token to some local clients. */
const deviceGrantSchema = z.looseObject({
  deviceToken: z.string().min(1).optional(),
  role: z.string(),
  scopes: z.array(z.string()),
  issuedAtMs: z.number().optional(),
});

export const helloOkSchema = z.looseObject({
  type: z.literal('hello-ok'),
  protocol: z.int(),
  server: z.looseObject({ version: z.string(), connId: z.string(), host: z.string().optional() }),
  features: z.unknown(),
  snapshot: z.unknown(),
  canvasHostUrl: z.string().optional(),
  auth: deviceGrantSchema.optional(),
  policy: z.looseObject({
    maxPayload: z.int(),
    maxBufferedBytes: z.int(),
    tickIntervalMs: z.int(),
  }),
});
export type HelloOk = z.infer<typeof helloOkSchema>;

/** Inputs of the signed payload; `token` is `auth.token` as sent, or empty. */
export interface DevicePayloadFields {
  readonly deviceId: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly signedAtMs: number;
  readonly token: string | null;
  readonly nonce: string | null;
  readonly platform: string | null;
  readonly deviceFamily: string | null;
}

export type SignatureVersion = 'v1' | 'v2' | 'v3';

/** The text an Ed25519 device key signs (gateway §3.4). */
export function devicePayload(version: SignatureVersion, f: DevicePayloadFields): string {
  const parts = [
    version,
    f.deviceId,
    f.clientId,
    f.clientMode,
    f.role,
    f.scopes.join(','),
    String(f.signedAtMs),
    f.token ?? '',
  ];
  if (version !== 'v1') parts.push(f.nonce ?? '');
  if (version === 'v3') parts.push(asciiLower(f.platform), asciiLower(f.deviceFamily));
  return parts.join('|');
}

function asciiLower(text: string | null): string {
  return (text ?? '').trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
