import type { Clock } from '#core/ports.ts';
import type { CancelReason } from './types.ts';

/** Defaults are those of D15 and AP-09. */
export interface ApprovalLimits {
  readonly perAgent: number;
  readonly inAll: number;
  /** Questions in a row that nobody answered before an agent must pause. */
  readonly strikes: number;
  readonly cooldownMs: number;
}

const defaults: ApprovalLimits = { perAgent: 20, inAll: 64, strikes: 2, cooldownMs: 30_000 };

/** Agent names are claims and cost nothing to invent: only the latest this many are remembered. */
const rememberedAgents = 1_024;

/**
 * Who may ask at all: a limit on pending requests, and a pause for an agent whose questions nobody
 * answers. Times are compared when asked, so no timer is held.
 */
export interface Admission {
  /** Why the agent may not ask now; null takes one place. */
  enter(agent: string): Extract<CancelReason, 'cooling-down' | 'queue-full'> | null;
  /** Gives one place back. */
  release(agent: string): void;
  /** A shown question ended without an answer. */
  unanswered(agent: string): void;
  /** A person answered, either way. */
  answered(agent: string): void;
}

export function createAdmission(clock: Clock, overrides: Partial<ApprovalLimits> = {}): Admission {
  const limits = { ...defaults, ...overrides };
  const places = createPlaces(limits.perAgent, limits.inAll);
  const misses = new Map<string, { count: number; atMs: number }>();

  const pausing = (agent: string): boolean => {
    const miss = misses.get(agent);
    if (!miss || miss.count < limits.strikes) return false;
    const elapsed = clock.now() - miss.atMs;
    // A clock set back must not make the pause longer.
    if (elapsed >= 0 && elapsed < limits.cooldownMs) return true;
    misses.delete(agent);
    return false;
  };

  return {
    enter(agent) {
      if (pausing(agent)) return 'cooling-down';
      return places.take(agent) ? null : 'queue-full';
    },
    release: places.release,
    unanswered(agent) {
      const count = (misses.get(agent)?.count ?? 0) + 1;
      misses.delete(agent);
      misses.set(agent, { count, atMs: clock.now() });
      if (misses.size <= rememberedAgents) return;
      for (const oldest of misses.keys()) {
        misses.delete(oldest);
        return;
      }
    },
    answered: (agent) => void misses.delete(agent),
  };
}

function createPlaces(perAgent: number, inAll: number) {
  const taken = new Map<string, number>();
  let total = 0;
  return {
    take(agent: string): boolean {
      const used = taken.get(agent) ?? 0;
      if (total >= inAll || used >= perAgent) return false;
      taken.set(agent, used + 1);
      total += 1;
      return true;
    },
    release(agent: string): void {
      const left = (taken.get(agent) ?? 0) - 1;
      if (left > 0) taken.set(agent, left);
      else taken.delete(agent);
      total -= 1;
    },
  };
}
