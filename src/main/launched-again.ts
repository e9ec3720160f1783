import type { Logger } from '#core/ports.ts';
import type { Launch } from './single-instance.ts';

export interface LaunchedAgainDeps {
  readonly open: () => void;
  readonly log: Logger;
}

/**
 * A person launched the app while it ran: something opens. A deep link does nothing beyond that:
 * there is no place yet where a person could read it whole and agree (decisions.md, "Deep links").
 */
export function createLaunchedAgain({ open, log }: LaunchedAgainDeps): (launch: Launch) => void {
  return ({ links }) => {
    open();
    for (const link of links) {
      // Its text belongs to whoever wrote it, not into a log.
      log.info('deep-link.ignored', { readable: link !== null });
    }
  };
}
