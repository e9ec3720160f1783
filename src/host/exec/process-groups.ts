import type { Clock, Logger } from '#core/ports.ts';

/** Kept after the leader's exit, because a child of a group may have left the group (D12). */
const retentionMs = 10 * 60_000;

/** Process groups of commands we ran, so that `control.sock` can recognise their descendants (D12). */
export interface ProcessGroups {
  started(pid: number): void;
  exited(pid: number): void;
  /** Ids of groups that run, still have members, or ended less than ten minutes ago. */
  ids(): ReadonlySet<number>;
}

export function createProcessGroups(clock: Clock): ProcessGroups {
  /** Time the leader exited; null while it runs. */
  const groups = new Map<number, number | null>();
  const prune = () => {
    for (const [pid, exitedAt] of groups) {
      const isOld = exitedAt !== null && clock.now() - exitedAt > retentionMs;
      if (isOld && !hasMembers(pid)) groups.delete(pid);
    }
  };
  return {
    started(pid) {
      prune();
      groups.set(pid, null);
    },
    exited(pid) {
      groups.set(pid, clock.now());
    },
    ids() {
      prune();
      return new Set(groups.keys());
    },
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
