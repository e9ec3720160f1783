import { agentKey } from '#core/policy/resolve.ts';
import type { Clock, Logger } from '#core/ports.ts';
import type { AgentPause, AgentPauses, DecidedBy, PauseChange } from './types.ts';

/** How long "deny and pause this agent" keeps an agent from asking, unless a person says otherwise. */
export const pauseMs = 600_000;

/**
 * Agents are told apart as rules do, by their {@link agentKey}: whoever runs under the rules of a
 * paused agent is paused too, also without a name.
 */
export interface PauseBook extends AgentPauses {
  has(agent: string): boolean;
  /** Begins a pause of so many ms, or begins it again. */
  pause(agent: string, by: DecidedBy, forMs: number): void;
}

export interface PauseBookDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of every change a person makes, for the audit. */
  readonly onChange?: ((change: PauseChange) => void) | undefined;
}

/** Times are compared when asked, so no timer is held. Only people add to it: it stays small. */
export function createPauseBook({ clock, log, onChange }: PauseBookDeps): PauseBook {
  const pauses = new Map<string, AgentPause>();

  const current = (agent: string): AgentPause | null => {
    const pause = pauses.get(agent);
    if (!pause) return null;
    const nowMs = clock.now();
    if (nowMs >= pause.untilMs) {
      pauses.delete(agent);
      return null;
    }
    if (nowMs >= pause.sinceMs) return pause;
    // The clock was set back: it counts from now, so that it neither ends early nor lasts for hours.
    const again = { ...pause, sinceMs: nowMs, untilMs: nowMs + (pause.untilMs - pause.sinceMs) };
    pauses.set(agent, again);
    return again;
  };
  const changed = (kind: PauseChange['kind'], pause: AgentPause, by: DecidedBy) => {
    const { agent, untilMs } = pause;
    log.info(`approval.agent.${kind}`, { agentId: agent, untilMs, by: by.surface });
    onChange?.({ kind, pause, by, atMs: clock.now() });
  };

  return {
    has: (agent) => current(agent) !== null,
    list: () => [...pauses.keys()].map(current).filter((pause) => pause !== null),
    pause(agent, by, forMs) {
      const sinceMs = clock.now();
      const pause = { agent, by, sinceMs, untilMs: sinceMs + forMs };
      pauses.delete(agent);
      pauses.set(agent, pause);
      changed('paused', pause, by);
    },
    resume(agentId, by) {
      const pause = current(agentKey(agentId));
      if (!pause) return null;
      pauses.delete(pause.agent);
      changed('resumed', pause, by);
      return pause;
    },
  };
}
