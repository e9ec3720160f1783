import { z } from 'zod';
import { CompanionError } from '#core/errors.ts';
import { readPrivateFile, writePrivateFile } from '#host/store/private-file.ts';
import type { Role } from '#protocol/gateway-connect.ts';

/** Which token: a device has one per Gateway and role (gateway §7.1, trap). */
export interface DeviceTokenKey {
  readonly url: string;
  readonly deviceId: string;
  readonly role: Role;
}

/** Tokens that Gateways issued to our devices. Secrets: never logged. */
export interface DeviceTokens {
  /** @throws CompanionError STATE when the file is malformed; it is left as it is. */
  get(key: DeviceTokenKey): Promise<string | null>;
  set(key: DeviceTokenKey, token: string): Promise<void>;
  remove(key: DeviceTokenKey): Promise<void>;
}

const fileSchema = z.object({
  version: z.literal(2),
  /** Gateway url → device id → role → token. */
  gateways: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.string()))),
});
type TokenFile = z.infer<typeof fileSchema>;

/** Read at every use: the companion, the node host and the CLI share one file. */
export function openDeviceTokens(path: string): DeviceTokens {
  let last: Promise<unknown> = Promise.resolve();

  const update = (change: (file: TokenFile) => TokenFile | null): Promise<void> => {
    const done = last.then(async () => {
      const changed = change(await read(path));
      if (changed) await writePrivateFile(path, `${JSON.stringify(changed, null, 2)}\n`);
    });
    // The next update must run after a failed one too; the failure itself goes to its caller.
    last = done.catch(() => undefined);
    return done;
  };

  return {
    async get(key) {
      return find(await read(path), key);
    },
    set: (key, token) =>
      update((file) => (find(file, key) === token ? null : withToken(file, key, token))),
    remove: (key) => update((file) => (find(file, key) === null ? null : withToken(file, key))),
  };
}

async function read(path: string): Promise<TokenFile> {
  const text = await readPrivateFile(path);
  if (text === null) return { version: 2, gateways: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Reported below without the parser's message, which quotes the text.
    value = undefined;
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CompanionError('STATE', `the device tokens in ${path} cannot be read`, {
    hint: 'Move the file away; Gateways issue new tokens at the next connection.',
  });
}

function find(file: TokenFile, key: DeviceTokenKey): string | null {
  return file.gateways[key.url]?.[key.deviceId]?.[key.role] ?? null;
}

function withToken(file: TokenFile, key: DeviceTokenKey, token?: string): TokenFile {
  const devices = file.gateways[key.url] ?? {};
  const { [key.role]: _replaced, ...others } = devices[key.deviceId] ?? {};
  const roles = token === undefined ? others : { ...others, [key.role]: token };
  return {
    version: 2,
    gateways: { ...file.gateways, [key.url]: { ...devices, [key.deviceId]: roles } },
  };
}
