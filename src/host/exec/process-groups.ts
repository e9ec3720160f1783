import type { Clock, Logger } from '#core/ports.ts';
import type { Orphans } from './orphans.ts';

/**
 * Kept after the leader's exit where orphans are not ours: a child may have left the group, and
 * only that number tells whose it is (D12).
 */
const retentionMs = 10 * 60_000;

/** Looking at every group for every command would cost more with each that is kept. */
const firstPruneAt = 64;

/** Process groups of commands we ran, so that their descendants can be recognised (D12). */
export interface ProcessGroups {
  started(pid: number): void;
  exited(pid: number): void;
  /** Ids of groups that run, still have members, or may have left orphans that we cannot see. */
  ids(): ReadonlySet<number>;
  /** Some process that descends from a command may be alive. */
  mayHaveDescendants(): boolean;
  stop(): void;
}

export function createProcessGroups(clock: Clock, orphans: Orphans): ProcessGroups {
  const keepMs = orphans.areOurs ? 0 : retentionMs;
  /** Time the leader exited; null while it runs. */
  const groups = new Map<number, number | null>();
  let pruneAt = firstPruneAt;
  const prune = () => {
    for (const [pid, exitedAt] of groups) {
      const isOld = exitedAt !== null && clock.now() - exitedAt >= keepMs;
      if (isOld && !hasMembers(pid)) groups.delete(pid);
    }
  };
  const ids = () => {
    prune();
    return new Set(groups.keys());
  };
  const leaders = () => new Set(groups.keys());
  const stop = orphans.collect(leaders);
  return {
    started(pid) {
      groups.set(pid, null);
      if (groups.size < pruneAt) return;
      prune();
      pruneAt = Math.max(firstPruneAt, 2 * groups.size);
    },
    exited(pid) {
      groups.set(pid, clock.now());
    },
    ids,
    mayHaveDescendants: () => ids().size > 0 || orphans.some(leaders),
    stop,
  };
}

function hasMembers(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    // EPERM: it has members, of another user.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Signals every process of the group. A group that is gone already is fine. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL', log: Logger): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH') log.warn('exec.kill.failed', { group, signal, code });
  }
}
