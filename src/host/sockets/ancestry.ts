import { type ProcessFacts, type ProcessLookup, systemProcessLookup } from './process-table.ts';

/** `unknown`: the family tree could not be read; callers treat it like `descendant`. */
export type Descent = 'outside' | 'descendant' | 'unknown';

/** Does this process come from a command we ran? (D12) */
export type DescentCheck = (pid: number | null) => Promise<Descent>;

export interface DescentCheckDeps {
  /**
   * Process-group ids (= session ids = leader pids) of the commands we started. Keep a finished
   * command in it as long as its group has members: they are what this check is for.
   */
  readonly runningGroups: () => ReadonlySet<number>;
  readonly ownPid: number;
  readonly lookup?: ProcessLookup;
}

const maxGenerations = 128;

/**
 * Walks from a process to its ancestors. It descends from a command when we are among its
 * ancestors, or when it or an ancestor is in the process group or session of a command: the runner
 * starts each in a session of its own, so a child that was re-parented to init is still found.
 *
 * What it cannot see: where orphans are not ours (macOS), a child that leaves the session
 * (`setsid`) *and* loses its parent; a command that outlives the companion; one that makes an
 * unrelated program (a terminal, cron, systemd) act for it; a socket handed over to another process
 * after `connect`. D12 says as much: this stops an agent from answering for itself, not a
 * determined program of the same user.
 */
export function createDescendantCheck(deps: DescentCheckDeps): DescentCheck {
  return async (pid) => {
    if (pid === null) return 'unknown';
    if (pid === deps.ownPid) return 'outside';
    const first = await walk(pid, deps);
    // A parent may end between two looks; its child then has another one. Once more, from the start.
    return first === 'unknown' ? walk(pid, deps) : first;
  };
}

async function walk(start: number, deps: DescentCheckDeps): Promise<Descent> {
  const { lookup = systemProcessLookup } = deps;
  let pid = start;
  let child: ProcessFacts | null = null;
  const groups = deps.runningGroups();
  for (let generation = 0; generation < maxGenerations; generation += 1) {
    if (pid === deps.ownPid || groups.has(pid)) return 'descendant';
    const facts = await lookup(pid);
    if (facts === null) return 'unknown';
    if (groups.has(facts.group) || groups.has(facts.session)) return 'descendant';
    if (child !== null && isYounger(facts, child)) return 'unknown';
    // 0: the parent is outside this pid namespace; 1: init. Neither is ours.
    if (facts.parent <= 1) return 'outside';
    child = facts;
    pid = facts.parent;
  }
  return 'unknown';
}

/** A parent that started after its child is another process that got the number since. */
function isYounger(parent: ProcessFacts, child: ProcessFacts): boolean {
  return (
    parent.startedAt !== null && child.startedAt !== null && parent.startedAt > child.startedAt
  );
}
