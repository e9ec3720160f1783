import type { PowerMonitor } from 'electron';

export interface PowerDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'on' | 'removeListener'>;
  /** {@link Companion.wokeUp} */
  readonly wokeUp: () => void;
}

/**
 * After sleep, and when somebody comes back to a locked screen, nobody should wait for a timer that
 * stood still. Nothing is paused while asleep: what waits keeps its deadline (AP-10).
 * @returns the stop function.
 */
export function followPower({ powerMonitor, wokeUp }: PowerDeps): () => void {
  const woke = (): void => wokeUp();
  powerMonitor.on('resume', woke);
  powerMonitor.on('unlock-screen', woke);
  return () => {
    powerMonitor.removeListener('resume', woke);
    powerMonitor.removeListener('unlock-screen', woke);
  };
}

/** Whether somebody sits here, for questions of a Gateway that is not ours. */
export function presenceOf(powerMonitor: Pick<PowerMonitor, 'getSystemIdleTime'>) {
  return (): { readonly idleSeconds: number } => ({
    idleSeconds: powerMonitor.getSystemIdleTime(),
  });
}
