import { CompanionError, errorText } from '#core/errors.ts';
import type { PeerCredentials } from '#core/ports.ts';

/** The libc calls that Node has no API for. This file is the only one that talks to koffi. */
export interface Native {
  /** `flock(LOCK_EX|LOCK_NB)`; false when another open file holds the lock. */
  tryLock(fd: number): boolean;
  unlock(fd: number): void;
  /** Those of `fds` whose peer has closed both directions; a half-closed peer is not among them. */
  hungUp(fds: readonly number[]): ReadonlySet<number>;
  /** Effective uid and pid of the process that called `connect` on the other end. */
  peerCredentials(fd: number): PeerCredentials;
  /** Session id of a process; null when there is no such process. */
  sessionId(pid: number): number | null;
  /**
   * Makes us, not init, the parent of every orphan among our descendants. Linux only.
   * @returns false where that cannot be had.
   */
  adoptOrphans(): boolean;
  /** `tcflush(TCIFLUSH)`: forgets what was typed into a terminal and not read yet. */
  dropTyped(fd: number): void;
  /** Collects a child that has ended, for one that Node does not wait for. False: it lives. */
  collect(pid: number): boolean;
}

type Koffi = typeof import('koffi');
type Library = ReturnType<Koffi['load']>;

const lockExclusive = 2;
const lockNonBlocking = 4;
const lockRelease = 8;
const pollOut = 0x04;
const pollGone = 0x08 | 0x10 | 0x20; // POLLERR, POLLHUP, POLLNVAL: same values on Linux and macOS
const waitNoHang = 1;
const pollEntryShorts = 4; // struct pollfd is int, short, short

let loaded: Promise<Native> | null = null;

/**
 * Loads koffi on first use.
 * @throws CompanionError UNAVAILABLE: without it no peer can be identified, so no socket may open.
 */
export function loadNative(): Promise<Native> {
  loaded ??= createNative(() => import('koffi'), process.platform);
  return loaded;
}

/** {@link loadNative} with its two inputs named. */
export async function createNative(
  importKoffi: () => Promise<Koffi>,
  platform: NodeJS.Platform,
): Promise<Native> {
  try {
    const koffi = await importKoffi();
    return bindNative(koffi, koffi.load(null), platform);
  } catch (error) {
    throw new CompanionError(
      'UNAVAILABLE',
      `The Unix sockets cannot start: the native helper (koffi) did not load: ${errorText(error)}`,
      { hint: 'Reinstall the package, with optional dependencies.', cause: error },
    );
  }
}

function bindNative(koffi: Koffi, libc: Library, platform: NodeJS.Platform): Native {
  const flock = libc.func('int flock(int fd, int operation)') as (fd: number, op: number) => number;
  const getsid = libc.func('int getsid(int pid)') as (pid: number) => number;
  const waitpid = libc.func('int waitpid(int pid, void *status, int options)') as (
    pid: number,
    status: null,
    options: number,
  ) => number;
  const failed = (call: string): CompanionError => {
    const errno = koffi.errno();
    return new CompanionError('UNAVAILABLE', `${call} failed with errno ${errno}`, {
      details: { call, errno },
    });
  };
  return {
    tryLock(fd) {
      if (flock(fd, lockExclusive | lockNonBlocking) === 0) return true;
      if (koffi.errno() === koffi.os.errno.EAGAIN) return false;
      throw failed('flock');
    },
    unlock(fd) {
      if (flock(fd, lockRelease) !== 0) throw failed('flock');
    },
    hungUp: bindHungUp(libc),
    peerCredentials:
      platform === 'darwin'
        ? bindMacPeerCredentials(libc, failed)
        : bindLinuxPeerCredentials(libc, failed),
    sessionId(pid) {
      const session = getsid(pid);
      return session < 0 ? null : session;
    },
    adoptOrphans: platform === 'linux' ? bindAdoptOrphans(libc) : () => false,
    dropTyped: bindDropTyped(libc, platform, failed),
    collect: (pid) => waitpid(pid, null, waitNoHang) !== 0,
  };
}

type Failed = (call: string) => CompanionError;

function bindHungUp(libc: Library): Native['hungUp'] {
  const poll = libc.func('int poll(void *fds, unsigned long count, int timeout)') as (
    fds: Int16Array,
    count: number,
    timeout: number,
  ) => number;
  return (fds) => {
    const shorts = new Int16Array(fds.length * pollEntryShorts);
    const ints = new Int32Array(shorts.buffer);
    fds.forEach((fd, index) => {
      ints[index * 2] = fd;
      // Asking for POLLOUT makes macOS look at the write side, where a full close shows.
      shorts[index * pollEntryShorts + 2] = pollOut;
    });
    // A failed call (EINTR, ENOMEM) tells nothing; the next look will.
    if (poll(shorts, fds.length, 0) < 0) return new Set();
    return new Set(
      fds.filter((_, index) => ((shorts[index * pollEntryShorts + 3] ?? 0) & pollGone) !== 0),
    );
  };
}

/** `prctl(PR_SET_CHILD_SUBREAPER, 1)`. */
function bindAdoptOrphans(libc: Library): Native['adoptOrphans'] {
  const prctl = libc.func(
    'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
  ) as (option: number, a: number, b: number, c: number, d: number) => number;
  const setChildSubreaper = 36;
  return () => prctl(setChildSubreaper, 1, 0, 0, 0) === 0;
}

function bindDropTyped(
  libc: Library,
  platform: NodeJS.Platform,
  failed: Failed,
): Native['dropTyped'] {
  const tcflush = libc.func('int tcflush(int fd, int queue)') as (fd: number, of: number) => number;
  const input = platform === 'darwin' ? 1 : 0;
  return (fd) => {
    if (tcflush(fd, input) !== 0) throw failed('tcflush');
  };
}

type GetSockOpt = (
  fd: number,
  level: number,
  name: number,
  value: Int32Array,
  length: [number],
) => number;

function bindGetSockOpt(libc: Library): GetSockOpt {
  return libc.func(
    'int getsockopt(int fd, int level, int name, _Out_ void *value, _Inout_ uint32_t *length)',
  ) as GetSockOpt;
}

function bindLinuxPeerCredentials(libc: Library, failed: Failed): Native['peerCredentials'] {
  const getsockopt = bindGetSockOpt(libc);
  const socketLevel = 1;
  const peerCred = 17; // SO_PEERCRED on x64 and arm64
  return (fd) => {
    const credentials = new Int32Array(3); // struct ucred: pid, uid, gid
    const length: [number] = [credentials.byteLength];
    const status = getsockopt(fd, socketLevel, peerCred, credentials, length);
    if (status !== 0 || length[0] !== credentials.byteLength) throw failed('SO_PEERCRED');
    const [pid = 0, uid = -1] = credentials;
    if (uid === -1) throw failed('SO_PEERCRED'); // the kernel recorded nobody
    return { uid: uid >>> 0, pid: pid > 0 ? pid : null };
  };
}

/** Written from the manual pages; not yet tried on a Mac. */
function bindMacPeerCredentials(libc: Library, failed: Failed): Native['peerCredentials'] {
  const getpeereid = libc.func(
    'int getpeereid(int fd, _Out_ uint32_t *uid, _Out_ uint32_t *gid)',
  ) as (fd: number, uid: [number], gid: [number]) => number;
  const getsockopt = bindGetSockOpt(libc);
  const localLevel = 0; // SOL_LOCAL
  const localPeerPid = 2; // LOCAL_PEERPID
  return (fd) => {
    const uid: [number] = [0];
    if (getpeereid(fd, uid, [0]) !== 0) throw failed('getpeereid');
    const pid = new Int32Array(1);
    const known = getsockopt(fd, localLevel, localPeerPid, pid, [pid.byteLength]) === 0;
    return { uid: uid[0], pid: known && pid[0] !== undefined && pid[0] > 0 ? pid[0] : null };
  };
}
