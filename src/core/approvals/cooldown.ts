import type { Clock } from '#core/ports.ts';

export interface CooldownLimits {
  /** Questions in a row that nobody answered before an agent must wait. */
  readonly strikes: number;
  /** The first wait in ms; every further unanswered question doubles it. */
  readonly cooldownMs: number;
  readonly longestCooldownMs: number;
}

/** Agents whose questions nobody answers must wait before they ask again, longer each time (D15). */
export interface Cooldowns {
  has(agent: string): boolean;
  /** A question that people had before them ended without an answer. */
  unanswered(agent: string, askedAtMs: number): void;
  /** A person answered, either way: all is forgotten. */
  answered(agent: string): void;
}

/** Agent names are claims and cost nothing to invent: only the latest this many are remembered. */
const rememberedAgents = 1_024;

interface Silence {
  /** Unanswered questions in a row. */
  readonly count: number;
  /** When the latest of them ended; null once the clock was set back before that. */
  readonly atMs: number | null;
}

/** Times are compared when asked, so no timer is held. */
export function createCooldowns(clock: Clock, limits: CooldownLimits): Cooldowns {
  const silences = new Map<string, Silence>();
  const waitMs = ({ count }: Silence): number =>
    count < limits.strikes
      ? 0
      : Math.min(limits.longestCooldownMs, limits.cooldownMs * 2 ** (count - limits.strikes));

  return {
    has(agent) {
      const silence = silences.get(agent);
      if (!silence || silence.atMs === null) return false;
      const elapsed = clock.now() - silence.atMs;
      // A clock set back must not make the wait longer, nor hide what comes next.
      if (elapsed < 0) silences.set(agent, { ...silence, atMs: null });
      return elapsed >= 0 && elapsed < waitMs(silence);
    },
    unanswered(agent, askedAtMs) {
      const { count, atMs } = silences.get(agent) ?? { count: 0, atMs: null };
      // Asked before the wait began: it belongs to the silence that is counted already.
      if (count >= limits.strikes && atMs !== null && askedAtMs <= atMs) return;
      silences.delete(agent);
      silences.set(agent, { count: count + 1, atMs: clock.now() });
      if (silences.size <= rememberedAgents) return;
      for (const oldest of silences.keys()) {
        silences.delete(oldest);
        return;
      }
    },
    answered: (agent) => void silences.delete(agent),
  };
}
