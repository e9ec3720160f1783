import { z } from 'zod';
import type { KeptStandstill, StandstillStore } from '#core/approvals/standstill.ts';
import type { DecidedBy, Standstill } from '#core/approvals/types.ts';
import { errorText } from '#core/errors.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import { createSerialQueue } from './serial-queue.ts';

const surfaces = {
  terminal: 'terminal',
  window: 'window',
  'control-socket': 'control-socket',
  'gateway-operator': 'gateway-operator',
  'test-aid': 'test-aid',
  companion: 'companion',
} as const satisfies { [Name in DecidedBy['surface']]: Name };

/** The last moment a date can name. */
const time = z.int().min(0).max(8_640_000_000_000_000);

/** `standstill.json`: there is none until a person pauses everything for the first time. */
const fileSchema = z.strictObject({
  version: z.literal(1),
  standstill: z
    .strictObject({
      by: z.strictObject({ surface: z.enum(surfaces), who: z.string().nullable() }),
      sinceMs: time,
      untilMs: time.nullable(),
    })
    .refine(({ sinceMs, untilMs }) => untilMs === null || untilMs > sinceMs)
    .nullable(),
});

/** What an earlier program left. Never throws: what cannot be read is told as such. */
export async function readStandstill(path: string): Promise<KeptStandstill> {
  try {
    const text = await readPrivateFile(path);
    if (text === null) return { standstill: null };
    const parsed = fileSchema.safeParse(JSON.parse(text));
    if (parsed.success) return { standstill: parsed.data.standstill };
    return { unreadable: `${path} is malformed or of another version` };
  } catch (error) {
    if (error instanceof SyntaxError) return { unreadable: `${path} is not valid JSON` };
    return { unreadable: errorText(error) };
  }
}

/** Writes one after the other, in the order of the calls. */
export function createStandstillFile(path: string): StandstillStore {
  const queue = createSerialQueue();
  return {
    save: (standstill: Standstill | null) =>
      queue.run(() =>
        writePrivateFile(path, `${JSON.stringify({ version: 1, standstill }, null, 2)}\n`),
      ),
  };
}
