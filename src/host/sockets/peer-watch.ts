import type { Cancel, Clock } from '#core/ports.ts';
import type { Native } from './native.ts';

/** Tells a peer that has left from one that has only finished sending (exec-ipc §1.6). */
export interface PeerWatch {
  /** True when the peer has closed both directions. One system call, about a microsecond. */
  isGone(fd: number): boolean;
  /** Calls `onGone` once when the half-closed peer leaves; the returned function stops watching. */
  watch(fd: number, onGone: () => void): Cancel;
}

/** How late a full close may be noticed. */
const intervalMs = 250;

/**
 * After a peer's half-close Node reads no more, so its later full close is no event in Node. This
 * is the one place that polls instead: a single `poll` call for all half-closed peers that wait
 * for an answer, and no timer when there are none. A blocking poll on another thread was measured
 * and dropped: it takes one of libuv's four threads while a person thinks, and `process.exit`
 * waits for it.
 */
export function createPeerWatch(native: Native, clock: Clock): PeerWatch {
  const watched = new Map<number, () => void>();
  let cancelTimer: Cancel | null = null;

  const check = (): void => {
    cancelTimer = null;
    for (const fd of native.hungUp([...watched.keys()])) {
      const onGone = watched.get(fd);
      watched.delete(fd);
      onGone?.();
    }
    arm();
  };

  const arm = (): void => {
    if (watched.size > 0) cancelTimer ??= clock.schedule(intervalMs, check);
  };

  return {
    isGone: (fd) => native.hungUp([fd]).has(fd),
    watch(fd, onGone) {
      watched.set(fd, onGone);
      arm();
      return () => {
        if (watched.get(fd) === onGone) watched.delete(fd);
        if (watched.size > 0) return;
        cancelTimer?.();
        cancelTimer = null;
      };
    },
  };
}
