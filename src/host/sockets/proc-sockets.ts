import { readdir, readFile, readlink } from 'node:fs/promises';

/** One row of the kernel's tables of TCP sockets (`proc_pid_net(5)`). */
export interface TcpSocket {
  readonly localPort: number;
  readonly remotePort: number;
  readonly listens: boolean;
  readonly uid: number;
  readonly inode: string;
}

/** Every TCP socket of this machine; empty where there is no such table. */
export async function tcpSockets(): Promise<readonly TcpSocket[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return tables.flatMap(parseTcpTable);
}

export function parseTcpTable(text: string): readonly TcpSocket[] {
  return text.split('\n').flatMap((row) => {
    const [, local, remote, state, , , , uid, , inode] = row.trim().split(/\s+/);
    if (local === undefined || remote === undefined || inode === undefined) return [];
    const ports = { localPort: portOf(local), remotePort: portOf(remote) };
    if (Number.isNaN(ports.localPort + ports.remotePort)) return [];
    return [{ ...ports, listens: state === '0A', uid: Number(uid), inode }];
  });
}

/** `0100007F:4965` is address and port in hexadecimal. */
function portOf(address: string): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}

/** Pids of the processes that hold one of these sockets open, as far as we may look. */
export async function socketHolders(inodes: readonly string[]): Promise<readonly number[]> {
  const wanted = new Set(inodes.map((inode) => `socket:[${inode}]`));
  const holders: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await holdsOne(pid, wanted)) holders.push(Number(pid));
  }
  return holders;
}

async function holdsOne(pid: string, wanted: ReadonlySet<string>): Promise<boolean> {
  try {
    const fds = await readdir(`/proc/${pid}/fd`);
    const targets = await Promise.all(
      fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
    );
    return targets.some((target) => wanted.has(target));
  } catch {
    // Another user's process, or one that just ended.
    return false;
  }
}
