import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The process that listens on a TCP port, as far as we may see it. */
export interface PortOwner {
  readonly pid: number;
  readonly name: string;
}

/**
 * Who listens on a loopback port: for the sentence a person reads, never to act upon (S28).
 * @returns null when it belongs to another user or the system does not say.
 */
export async function findPortOwner(port: number): Promise<PortOwner | null> {
  try {
    return process.platform === 'linux' ? await ownerOnLinux(port) : await ownerByLsof(port);
  } catch {
    // Only a better sentence is lost.
    return null;
  }
}

const listening = '0A';

async function ownerOnLinux(port: number): Promise<PortOwner | null> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const inodes = new Set(
    tables
      .flatMap((table) => table.split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === listening)
      .map((fields) => `socket:[${fields[9]}]`),
  );
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await holdsOneOf(entry, inodes))) {
      const name = await readFile(`/proc/${entry}/comm`, 'utf8');
      return { pid: Number(entry), name: name.trim() };
    }
  }
  return null;
}

async function holdsOneOf(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const handles = await readdir(folder).catch(() => []);
  for (const handle of handles) {
    const target = await readlink(`${folder}/${handle}`).catch(() => '');
    if (inodes.has(target)) return true;
  }
  return false;
}

async function ownerByLsof(port: number): Promise<PortOwner | null> {
  const { stdout } = await promisify(execFile)('/usr/sbin/lsof', [
    '-nP',
    `-iTCP:${port}`,
    '-sTCP:LISTEN',
    '-Fpc',
  ]);
  const pid = /^p(\d+)$/m.exec(stdout)?.[1];
  const name = /^c(.+)$/m.exec(stdout)?.[1];
  return pid === undefined || name === undefined ? null : { pid: Number(pid), name };
}
