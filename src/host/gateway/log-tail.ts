import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { LogsTailResult } from '#protocol/gateway-system.ts';

/** What to read; `cursor` is the byte offset an earlier answer ended at. */
export interface LogQuery {
  readonly cursor: number | null;
  /** Most lines, the last ones are kept. */
  readonly limit: number;
  /** Most bytes read from the file. */
  readonly maxBytes: number;
}

/** Reads the end of the log for `logs.tail`. Never throws for a missing file: that is an empty log. */
export type LogReader = (query: LogQuery) => Promise<LogsTailResult>;

/** @param path names the log in use; asked at every call, because logs rotate. */
export function createLogReader(path: () => string): LogReader {
  return async (query) => {
    const file = path();
    let handle: FileHandle;
    try {
      handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return { file, cursor: 0, size: 0, lines: [], truncated: false, reset: false };
    }
    try {
      return await tail(handle, file, query);
    } finally {
      await handle.close();
    }
  };
}

async function tail(handle: FileHandle, file: string, query: LogQuery): Promise<LogsTailResult> {
  const { size } = await handle.stat();
  const { cursor } = query;
  // The file was rotated, or so much was written since that the caller has to start over.
  const reset = cursor !== null && (cursor > size || size - cursor > query.maxBytes);
  const from = cursor === null || reset ? Math.max(0, size - query.maxBytes) : cursor;
  // One byte more tells whether the first line starts at `from` or is cut there.
  const readFrom = Math.max(0, from - 1);
  const buffer = Buffer.alloc(size - readFrom);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, readFrom);
  const bytes = buffer.subarray(from - readFrom, bytesRead);
  const startsInside = from > 0 && buffer[0] !== 0x0a;
  // A line still being written is read the next time.
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines = end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
  if (startsInside) lines.shift();
  return {
    file,
    cursor: from + end,
    size,
    lines: lines.slice(-query.limit),
    truncated: lines.length > query.limit || startsInside || reset,
    reset,
  };
}
