import type { HistoryRow } from '#ipc/history.ts';
import type { StatusState } from '#ipc/status.ts';
import { words } from '../words.ts';
import type { IconName } from './icons.tsx';

const { outcomes } = words.status;

/** Shape and words of an outcome (ui.md §5): who decided shows too, where no person did. */
export function outcomeOf({
  outcome,
  decidedBy,
}: Pick<HistoryRow, 'outcome'> & Pick<StatusState['recent'][number], 'decidedBy'>): {
  readonly icon: IconName;
  readonly label: string;
} {
  switch (outcome) {
    case 'allowed':
      if (decidedBy === 'rule') return { icon: 'rule', label: outcomes.byRule };
      return decidedBy === 'policy'
        ? { icon: 'policy', label: outcomes.allowedByPolicy }
        : { icon: 'check', label: outcomes.allowed };
    case 'denied':
      return decidedBy === 'policy'
        ? { icon: 'policy', label: outcomes.deniedByPolicy }
        : { icon: 'cross', label: outcomes.denied };
    case 'expired':
      return { icon: 'clock', label: outcomes.expired };
    case 'cancelled':
      return { icon: 'barred', label: outcomes.cancelled };
    case 'invalid':
      return { icon: 'caution', label: outcomes.invalid };
    case 'change':
      return { icon: 'pencil', label: outcomes.change };
  }
}
