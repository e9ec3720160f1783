import type { StandstillSwitch } from '#core/approvals/types.ts';
import type { Handlers } from '#ipc/router.ts';

export interface StandstillHandlersDeps {
  readonly standstill: Pick<StandstillSwitch, 'begin' | 'end'>;
  /** Name of the person at this computer, for the audit. */
  readonly who: string | null;
}

const minuteMs = 60_000;

/** "Pause" and "Resume" of the popover and the settings. */
export function standstillHandlers({
  standstill,
  who,
}: StandstillHandlersDeps): Pick<Handlers, 'standstill.set'> {
  const by = { surface: 'window', who } as const;
  return {
    'standstill.set': ({ minutes }) => {
      if (minutes === 0) standstill.end(by);
      else standstill.begin(minutes === null ? null : minutes * minuteMs, by);
      return null;
    },
  };
}
