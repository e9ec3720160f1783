import type { AgentPauses, StandstillSwitch } from '#core/approvals/types.ts';
import type { Handlers } from '#ipc/router.ts';
import { shownPause } from '../state/shown-status.ts';

export interface StandstillHandlersDeps {
  readonly standstill: Pick<StandstillSwitch, 'begin' | 'end'>;
  readonly pauses: Pick<AgentPauses, 'list' | 'resume'>;
  /** The end of an agent's pause makes no event. */
  readonly resumed: () => void;
  /** Name of the person at this computer, for the audit. */
  readonly who: string | null;
}

const minuteMs = 60_000;

/** "Pause" and "Resume" of the popover and the settings, of everything and of one agent. */
export function standstillHandlers({
  standstill,
  pauses,
  resumed,
  who,
}: StandstillHandlersDeps): Pick<Handlers, 'standstill.set' | 'pauses.resume'> {
  const by = { surface: 'window', who } as const;
  return {
    'standstill.set': ({ minutes }) => {
      if (minutes === 0) standstill.end(by);
      else standstill.begin(minutes === null ? null : minutes * minuteMs, by);
      return null;
    },
    'pauses.resume': ({ agent, untilMs }) => {
      const paused = pauses.list().find((pause) => {
        const shown = shownPause(pause);
        return shown.agent === agent && shown.untilMs === untilMs;
      });
      if (!paused) return false;
      pauses.resume(paused.agent, by);
      resumed();
      return true;
    },
  };
}
