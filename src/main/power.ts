import type { PowerMonitor } from 'electron';

export interface PowerDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'on' | 'removeListener' | 'getSystemIdleState'>;
  /** {@link Companion.wokeUp} */
  readonly wokeUp: () => void;
  /** {@link Surfaces.setAway}; may be told the same twice. */
  readonly setAway: (isAway: boolean) => void;
}

/**
 * Sleep and a locked screen pause showing, not expiry (AP-10). When they end, what ran out is over
 * first, so that only what still waits is shown. A computer may wake up to a locked screen. Linux
 * tells of sleep only: no event says there that a screen is locked.
 * @returns the stop function.
 */
export function followPower({ powerMonitor, wokeUp, setAway }: PowerDeps): () => void {
  const reasons = new Set<'asleep' | 'locked'>();
  const begin = (reason: 'asleep' | 'locked'): void => {
    reasons.add(reason);
    setAway(true);
  };
  const end = (reason: 'asleep' | 'locked'): void => {
    reasons.delete(reason);
    wokeUp();
    setAway(reasons.size > 0);
  };
  const suspended = (): void => begin('asleep');
  const locked = (): void => begin('locked');
  const resumed = (): void => end('asleep');
  const unlocked = (): void => end('locked');
  powerMonitor.on('suspend', suspended);
  powerMonitor.on('lock-screen', locked);
  powerMonitor.on('resume', resumed);
  powerMonitor.on('unlock-screen', unlocked);
  // No event tells of what was so before.
  if (powerMonitor.getSystemIdleState(1) === 'locked') locked();
  return () => {
    powerMonitor.removeListener('suspend', suspended);
    powerMonitor.removeListener('lock-screen', locked);
    powerMonitor.removeListener('resume', resumed);
    powerMonitor.removeListener('unlock-screen', unlocked);
  };
}

/** Whether somebody sits here, for questions of a Gateway that is not ours. */
export function presenceOf(powerMonitor: Pick<PowerMonitor, 'getSystemIdleTime'>) {
  return (): { readonly idleSeconds: number } => ({
    idleSeconds: powerMonitor.getSystemIdleTime(),
  });
}
