import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { socketHolders, tcpSockets } from '#host/sockets/proc-sockets.ts';

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

async function askProc(port: number): Promise<PortOwner | null> {
  const listener = (await tcpSockets()).find(
    ({ listens, localPort }) => listens && localPort === port,
  );
  const [pid] = listener === undefined ? [] : await socketHolders([listener.inode]);
  if (pid === undefined) return null;
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
  return { pid, name };
}
