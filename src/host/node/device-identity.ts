import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { z } from 'zod';
import { CompanionError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import { readPrivateFile, writePrivateFile } from '#host/store/private-file.ts';
import type { DeviceIdentity } from './types.ts';

/** `identity/*.json` (gateway §11): the same shape as the peers' `device.json`. */
const identityFileSchema = z.object({
  version: z.literal(1),
  deviceId: z.string(),
  publicKeyPem: z.string(),
  privateKeyPem: z.string(),
  createdAtMs: z.number(),
});
type IdentityFile = z.infer<typeof identityFileSchema>;

/**
 * Loads the identity in `path`, or makes one when the file does not exist. A damaged file is never
 * replaced: the Gateway knows this device by it.
 * @throws CompanionError STATE when the file is malformed or contradicts itself; UNSAFE_PATH.
 */
export async function loadDeviceIdentity(
  path: string,
  deps: { readonly clock: Clock },
): Promise<DeviceIdentity> {
  if ((await readPrivateFile(path)) === null) {
    await writePrivateFile(path, `${JSON.stringify(newIdentity(deps.clock), null, 2)}\n`);
  }
  // Read back what is on disk: of two processes that start together, both use the one that stayed.
  const text = await readPrivateFile(path);
  if (text === null) throw damaged(path, 'disappeared while it was read');
  return openIdentity(path, text);
}

function newIdentity(clock: Clock): IdentityFile {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    version: 1,
    deviceId: deviceIdOf(rawPublicKey(publicKey)),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    createdAtMs: clock.now(),
  };
}

function openIdentity(path: string, text: string): DeviceIdentity {
  const file = parseFile(path, text);
  const privateKey = readKey(path, () => createPrivateKey(file.privateKeyPem));
  const raw = rawPublicKey(createPublicKey(privateKey));
  const stored = rawPublicKey(readKey(path, () => createPublicKey(file.publicKeyPem)));
  if (!raw.equals(stored) || deviceIdOf(raw) !== file.deviceId) {
    throw damaged(path, 'holds keys that do not belong together');
  }
  return {
    deviceId: file.deviceId,
    publicKey: raw.toString('base64url'),
    sign: (message) => sign(null, Buffer.from(message, 'utf8'), privateKey).toString('base64url'),
  };
}

function parseFile(path: string, text: string): IdentityFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and the text holds a private key.
    throw damaged(path, 'is not JSON');
  }
  const parsed = identityFileSchema.safeParse(value);
  if (!parsed.success) throw damaged(path, 'is not a device identity of version 1');
  return parsed.data;
}

function readKey(path: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // OpenSSL's message says nothing useful to a person.
    throw damaged(path, 'holds an unreadable key');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw damaged(path, 'holds a key that is not Ed25519');
  return key;
}

/** An Ed25519 SPKI is a fixed prefix and the 32 raw bytes. */
function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-32);
}

function deviceIdOf(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('hex');
}

function damaged(path: string, what: string): CompanionError {
  return new CompanionError('STATE', `the device identity ${path} ${what}`, {
    hint: 'Restore it from a backup. Moved away, a new one is made, and every Gateway must approve this device again.',
  });
}
