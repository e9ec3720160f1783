import type { Clock } from '#core/ports.ts';
import { type CooldownLimits, createCooldowns } from './cooldown.ts';
import type { CancelReason } from './types.ts';

/** Requests that may wait at once; defaults are those of D15 and AP-09. */
export interface ApprovalLimits extends CooldownLimits {
  readonly perAgent: number;
  /** For callers that proved who they are: inventing agents gives them no more than this (S26). */
  readonly perCaller: number;
  readonly inAll: number;
}

const defaults: ApprovalLimits = {
  perAgent: 20,
  perCaller: 40,
  inAll: 64,
  strikes: 2,
  cooldownMs: 30_000,
  longestCooldownMs: 600_000,
};

/** One request's place among those that wait. */
export interface Place {
  /** Gives it back; to be called once. */
  leave(): void;
}

type Refused = Extract<CancelReason, 'cooling-down' | 'queue-full'>;

/** Who may ask at all: limits on what waits, and a wait for an agent whom nobody answers. */
export interface Admission {
  /** A place, or why the agent may not ask now. */
  enter(agent: string, caller: string | null): Place | Refused;
  /** A question that people had before them ended without an answer. */
  unanswered(agent: string, askedAtMs: number): void;
  /** A person answered, either way. */
  answered(agent: string): void;
}

export function createAdmission(clock: Clock, overrides: Partial<ApprovalLimits> = {}): Admission {
  const limits = { ...defaults, ...overrides };
  const cooldowns = createCooldowns(clock, limits);
  const ofAgent = createTally(limits.perAgent);
  const ofCaller = createTally(limits.perCaller);
  let total = 0;

  return {
    enter(agent, caller) {
      if (cooldowns.has(agent)) return 'cooling-down';
      const isFull =
        total >= limits.inAll ||
        ofAgent.isFull(agent) ||
        (caller !== null && ofCaller.isFull(caller));
      if (isFull) return 'queue-full';
      total += 1;
      ofAgent.add(agent, 1);
      if (caller !== null) ofCaller.add(caller, 1);
      return {
        leave() {
          total -= 1;
          ofAgent.add(agent, -1);
          if (caller !== null) ofCaller.add(caller, -1);
        },
      };
    },
    unanswered: cooldowns.unanswered,
    answered: cooldowns.answered,
  };
}

/** Counts per name; names at zero are forgotten. */
function createTally(most: number) {
  const counts = new Map<string, number>();
  return {
    isFull: (name: string): boolean => (counts.get(name) ?? 0) >= most,
    add(name: string, change: 1 | -1): void {
      const count = (counts.get(name) ?? 0) + change;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
}
