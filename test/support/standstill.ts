import {
  createStandstill,
  type KeptStandstill,
  type StandstillChange,
} from '#core/approvals/standstill.ts';
import type { Standstill } from '#core/approvals/types.ts';
import { createFakeLogger } from './fakes.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** A standstill over memory and a clock that moves when told. */
export function standstillBench(
  kept: KeptStandstill = { standstill: null },
  clock = createVirtualClock(),
) {
  const saved: (Standstill | null)[] = [];
  const changes: StandstillChange[] = [];
  const log = createFakeLogger();
  let failure: Error | null = null;
  const book = createStandstill({
    clock,
    log,
    store: {
      async save(standstill) {
        if (failure) throw failure;
        saved.push(standstill);
      },
    },
    kept,
    record: (change) => void changes.push(change),
  });
  return {
    clock,
    log,
    book,
    /** What was kept, in order. */
    saved,
    changes,
    failWith(error: Error | null) {
      failure = error;
    },
  };
}
