import { z } from 'zod';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import { readPrivateFile, writePrivateFile } from '#host/store/private-file.ts';
import { type Capability, capabilities } from '#ipc/permissions.ts';
import type { PastGrant } from './types.ts';

const fileSchema = z.object({
  version: z.literal(1),
  /** Bundle id → capability; release and development copies hold grants of their own. */
  bundles: z.record(
    z.string(),
    z.partialRecord(z.enum(capabilities), z.object({ asked: z.boolean(), granted: z.boolean() })),
  ),
});
type MemoryFile = z.infer<typeof fileSchema>;

/** What this flavour asked for and held, so that a lost grant can be told from none. */
export interface GrantMemory {
  of(capability: Capability): Promise<PastGrant>;
  /** Never rejects: forgetting costs a sentence of help, no more. */
  note(capability: Capability, what: 'asked' | 'granted'): Promise<void>;
}

const nothing: PastGrant = { asked: false, granted: false };

export interface GrantMemoryDeps {
  /** `permissions.json` of the state directory. */
  readonly path: string;
  readonly bundleId: string;
  readonly log: Logger;
}

/** Read once; this process is the only one that writes it. */
export function createGrantMemory({ path, bundleId, log }: GrantMemoryDeps): GrantMemory {
  let loaded: Promise<MemoryFile> | null = null;
  let last: Promise<void> = Promise.resolve();
  const load = (): Promise<MemoryFile> => {
    loaded ??= read(path, log);
    return loaded;
  };
  const past = (file: MemoryFile, capability: Capability): PastGrant =>
    file.bundles[bundleId]?.[capability] ?? nothing;

  async function write(capability: Capability, what: 'asked' | 'granted'): Promise<void> {
    const file = await load();
    const before = past(file, capability);
    if (before[what]) return;
    const bundle = { ...file.bundles[bundleId], [capability]: { ...before, [what]: true } };
    const changed = { ...file, bundles: { ...file.bundles, [bundleId]: bundle } };
    loaded = Promise.resolve(changed);
    await writePrivateFile(path, `${JSON.stringify(changed, null, 2)}\n`);
  }

  return {
    of: async (capability) => past(await load(), capability),
    note(capability, what) {
      last = last
        .then(() => write(capability, what))
        .catch((error: unknown) => log.warn('permissions.memory', { error: errorText(error) }));
      return last;
    },
  };
}

async function read(path: string, log: Logger): Promise<MemoryFile> {
  try {
    const text = await readPrivateFile(path);
    if (text !== null) return fileSchema.parse(JSON.parse(text));
  } catch (error) {
    // Nothing in it is worth refusing to start over; it fills again.
    log.warn('permissions.memory', { error: errorText(error) });
  }
  return { version: 1, bundles: {} };
}
