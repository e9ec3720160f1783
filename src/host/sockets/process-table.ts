import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { loadNative } from './native.ts';

/** Where a process stands in the family tree. */
export interface ProcessFacts {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot; null where the system does not say. */
  readonly startedAt: number | null;
}

/** Null when there is no such process, or we cannot see it. */
export type ProcessLookup = (pid: number) => Promise<ProcessFacts | null>;

export const systemProcessLookup: ProcessLookup =
  process.platform === 'darwin' ? askPs : readProcStat;

async function readProcStat(pid: number): Promise<ProcessFacts | null> {
  let text: string;
  try {
    text = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // The process has ended: that is an answer, not a failure.
    return null;
  }
  return parseProcStat(text);
}

/** `proc(5)`: the name in parentheses may hold anything, so fields are counted from its end. */
export function parseProcStat(text: string): ProcessFacts | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, group, session] = fields.slice(1, 4).map(Number);
  const startedAt = Number(fields[19]);
  if (parent === undefined || group === undefined || session === undefined) return null;
  if (![parent, group, session, startedAt].every(Number.isSafeInteger)) return null;
  return { parent, group, session, startedAt };
}

/** Written from the manual pages; not yet tried on a Mac. */
async function askPs(pid: number): Promise<ProcessFacts | null> {
  const session = (await loadNative()).sessionId(pid);
  if (session === null) return null;
  try {
    const { stdout } = await promisify(execFile)(
      '/bin/ps',
      ['-o', 'ppid=,pgid=', '-p', String(pid)],
      {
        timeout: 2_000,
      },
    );
    const [parent, group] = stdout.trim().split(/\s+/).map(Number);
    if (parent === undefined || group === undefined) return null;
    return { parent, group, session, startedAt: null };
  } catch {
    // ps exits 1 for a process that has ended.
    return null;
  }
}
