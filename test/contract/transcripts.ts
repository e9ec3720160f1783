import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';

/** The recordings under `test/transcripts` (see its README.md for the line format). */

const root = join(import.meta.dirname, '..', 'transcripts');

const recordSchema = z.object({
  dir: z.string(),
  peer: z.string().optional(),
  conn: z.number().optional(),
  frame: z.record(z.string(), z.unknown()).optional(),
  line: z.string().optional(),
});

export interface RecordedFrame {
  /** 1-based line of the file. */
  readonly at: number;
  readonly dir: string;
  /** Tells the connections of one recording apart. */
  readonly connection: string;
  readonly frame: Readonly<Record<string, unknown>>;
  /** The raw line, Unix socket recordings only. */
  readonly line: string | null;
}

/** Names of all recordings, such as `v2026.9.6/v3-node`. */
export const transcriptNames: readonly string[] = readdirSync(root, { recursive: true })
  .map((path) => relative(root, join(root, String(path))))
  .filter((path) => path.endsWith('.jsonl'))
  .map((path) => path.slice(0, -'.jsonl'.length))
  .sort();

export function readTranscript(name: string): RecordedFrame[] {
  const lines = readFileSync(join(root, `${name}.jsonl`), 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    if (text === '') return [];
    const record = recordSchema.parse(JSON.parse(text));
    if (!record.frame) return [];
    const connection = `${record.peer ?? ''}/${record.conn ?? ''}`;
    const { dir, frame, line = null } = record;
    return [{ at: index + 1, dir, connection, frame, line }];
  });
}

/** True when the recording dropped (part of) a body, so that no schema can hold for it. */
export function isTrimmed(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('_trimmed' in value || '_shortened' in value) return true;
  return Object.values(value).some(isTrimmed);
}
