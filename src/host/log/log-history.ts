import { z } from 'zod';
import { createLogReader } from '../gateway/log-tail.ts';
import { rotatedLog } from './file-sink.ts';
import { type LogLevel, type LogRecord, logLevels, reaches } from './logger.ts';

const recordSchema = z.object({
  time: z.iso.datetime(),
  level: z.enum(logLevels),
  event: z.string(),
  fields: z.record(z.string(), z.unknown()).optional(),
});

interface LogHistoryQuery {
  /** This level and above. */
  readonly level: LogLevel;
  readonly limit: number;
}

/** The newest lines of the log, oldest first. Lines that are not ours are left out. */
export type LogHistory = (query: LogHistoryQuery) => Promise<readonly LogRecord[]>;

/** Read from the end and never the whole log: what was logged before is not looked at. */
const maxBytes = 512 * 1024;

/** @param path the file in use; the one before it continues it after a rotation */
export function createLogHistory(path: string): LogHistory {
  return async ({ level, limit }) => {
    let found: readonly LogRecord[] = [];
    let left = maxBytes;
    for (const index of [0, 1]) {
      const read = createLogReader(() => rotatedLog(path, index));
      const { lines, size } = await read({ cursor: null, limit: maxBytes, maxBytes: left });
      found = [...newest(lines, level, limit - found.length), ...found];
      left -= size;
      if (left <= 0 || found.length >= limit) break;
    }
    return found;
  };
}

/** From the end, and no line more than is wanted. */
function newest(lines: readonly string[], level: LogLevel, limit: number): readonly LogRecord[] {
  const found: LogRecord[] = [];
  for (let at = lines.length - 1; at >= 0 && found.length < limit; at -= 1) {
    const record = parse(lines[at] ?? '');
    if (record && reaches(record.level, level)) found.push(record);
  }
  return found.reverse();
}

function parse(line: string): LogRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not a line of this log: nothing to show of it.
    return null;
  }
  const { data } = recordSchema.safeParse(value);
  if (!data) return null;
  const { fields, ...record } = data;
  return fields === undefined ? record : { ...record, fields };
}
