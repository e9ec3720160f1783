import { readFileSync } from 'node:fs';
import type { Cancel } from '#core/ports.ts';
import type { Native } from '#host/sockets/native.ts';

/** Commands that Node itself waits for, by pid. */
type Leaders = () => ReadonlySet<number>;

/** Processes that our commands left behind when their own parents ended. */
export interface Orphans {
  /** False where the system gives them to init: then they are out of our sight. */
  readonly areOurs: boolean;
  /** Whether one lives. */
  some(leaders: Leaders): boolean;
  /** Collects each that ends, for nobody else waits for it. Returns the function that stops it. */
  collect(leaders: Leaders): Cancel;
}

export const unseenOrphans: Orphans = {
  areOurs: false,
  some: () => false,
  collect: () => () => undefined,
};

/**
 * Takes the place of init as parent of our descendants' orphans, for as long as this process
 * lives. However a command detaches itself, by two forks and a session of its own, it stays below
 * us, where the ancestry check finds it (D12).
 */
export function adoptOrphans(native: Native, ownPid: number = process.pid): Orphans {
  if (!native.adoptOrphans()) return unseenOrphans;
  const ownSession = native.sessionId(ownPid);
  const living = (leaders: Leaders): readonly number[] => {
    const known = leaders();
    // Commands get sessions of their own: what is in ours was started by us, for ourselves.
    return childrenOf(ownPid).filter(
      (pid) => !known.has(pid) && native.sessionId(pid) !== ownSession && !native.collect(pid),
    );
  };
  return {
    areOurs: true,
    some: (leaders) => living(leaders).length > 0,
    collect(leaders) {
      const onEnd = () => void living(leaders);
      process.on('SIGCHLD', onEnd);
      return () => process.off('SIGCHLD', onEnd);
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  // proc_pid_task_children(5): children are those of the thread that forked or adopted them.
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
