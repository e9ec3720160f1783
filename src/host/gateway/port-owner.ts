import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Who listens on a TCP port, as far as we may see it. */
export interface PortOwner {
  readonly pid: number;
  readonly name: string;
}

/** For an error text only: an answer that comes too late or not at all is null. */
export async function portOwner(port: number): Promise<PortOwner | null> {
  try {
    return process.platform === 'linux' ? await askProc(port) : await askLsof(port);
  } catch {
    // No lsof, no /proc, or no right to look: the error then names nobody.
    return null;
  }
}

/** `-F pc`: one field per line, its letter first. Not yet tried on a Mac. */
async function askLsof(port: number): Promise<PortOwner | null> {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const { stdout } = await promisify(execFile)('/usr/sbin/lsof', args, { timeout: 2_000 });
  const field = (letter: string) =>
    stdout
      .split('\n')
      .find((line) => line.startsWith(letter))
      ?.slice(1);
  const pid = Number(field('p'));
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, name: field('c') ?? 'unknown' } : null;
}

/** `proc_pid_net(5)`: the socket's inode, then the process that holds it open. */
async function askProc(port: number): Promise<PortOwner | null> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const inode = listenerInode(tables.join('\n'), port);
  if (inode === null) return null;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await holdsSocket(pid, inode))) continue;
    const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    return { pid: Number(pid), name };
  }
  return null;
}

/** Inode of the socket in state LISTEN (0A) on this port, from `/proc/net/tcp` rows. */
export function listenerInode(rows: string, port: number): string | null {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  for (const row of rows.split('\n')) {
    const fields = row.trim().split(/\s+/);
    if (fields[1]?.endsWith(`:${hexPort}`) && fields[3] === '0A') return fields[9] ?? null;
  }
  return null;
}

async function holdsSocket(pid: string, inode: string): Promise<boolean> {
  try {
    const fds = await readdir(`/proc/${pid}/fd`);
    const targets = await Promise.all(
      fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
    );
    return targets.includes(`socket:[${inode}]`);
  } catch {
    // Another user's process, or one that just ended.
    return false;
  }
}
