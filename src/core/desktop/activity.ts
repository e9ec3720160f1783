import { errorText } from '#core/errors.ts';
import type { Clock, Logger } from '#core/ports.ts';
import type { AgentEvent } from '#protocol/gateway-agent-events.ts';
import { createAgentSessions, type SessionWork } from './agent-sessions.ts';
import { isMainSession, sessionName } from './session-name.ts';

/** A command that runs here, as it was asked for; texts are raw. */
interface CommandRun {
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly commandText: string;
}

/** One thing that goes on now. Texts are raw: whoever shows them makes them safe. */
export interface Activity extends Omit<SessionWork, 'work'> {
  readonly work: SessionWork['work'] | { readonly kind: 'command'; readonly what: string };
}

/** What goes on, for whoever shows it. */
export interface ActivityFeed {
  /**
   * The main session first, else the one that was first and is not idle yet; then newest first: a
   * line that jumped between two busy sessions could not be read (app-features §2).
   */
  list(): readonly Activity[];
  /** Returns the function that stops it. */
  onChange(listener: () => void): () => void;
}

export interface ActivityBook extends ActivityFeed {
  /** A command started; to be called when it has ended, once. */
  started(run: CommandRun): () => void;
  /** Of a Gateway that runs agents. */
  agentEvent(event: AgentEvent): void;
  /** The connection that told of agents is gone. */
  agentsUnknown(): void;
}

/** A look takes in a few lines; the rest is counted nowhere. */
const maxListed = 20;

/**
 * The truth about what agents do, from two sources: commands that we run ourselves, and what a
 * Gateway tells (app-features §2). Holds no timer while nothing goes on.
 */
export function createActivity({
  clock,
  log,
}: {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}): ActivityBook {
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        // A command must not end as one that never ran because nobody could draw it (S34).
        log.error('activity.listener.failed', { error: errorText(error) });
      }
    }
  };
  const running = new Set<Activity>();
  const sessions = createAgentSessions({ clock, onChange: changed });
  /** Whose line it is. */
  let current: string | null = null;

  return {
    list() {
      const commands = [...running];
      // The command itself says more than what its agent says about it.
      const seen = new Set(commands.map(({ session }) => session));
      const told = sessions.list().filter(({ session }) => session === '' || !seen.has(session));
      const newestFirst = [...commands, ...told].sort((a, b) => b.sinceMs - a.sinceMs);
      current = nextCurrent(newestFirst, current);
      const isCurrent = ({ session }: Activity) => Number(session === current);
      return newestFirst.sort((a, b) => isCurrent(b) - isCurrent(a)).slice(0, maxListed);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    started({ agentId, sessionKey, commandText }) {
      const run: Activity = {
        session: sessionName(sessionKey),
        agent: agentId,
        work: { kind: 'command', what: commandText },
        sinceMs: clock.now(),
      };
      running.add(run);
      changed();
      return () => {
        if (running.delete(run)) changed();
      };
    },
    agentEvent: (event) => sessions.event(event),
    agentsUnknown: () => sessions.forget(),
  };
}

/** Session whose line it is now; the main one takes it at once. */
function nextCurrent(newestFirst: readonly Activity[], current: string | null): string | null {
  const sessions = newestFirst.map(({ session }) => session);
  const main = sessions.find(isMainSession);
  if (main !== undefined) return main;
  if (current !== null && sessions.includes(current)) return current;
  return sessions[0] ?? null;
}
