import type { StatusState } from '#ipc/status.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { words } from '../words.ts';
import { timeOfDay } from './time.ts';

type Decision = StatusState['recent'][number];

/** As many as fit a look; all of them are in the audit. */
const most = 5;

const { outcomes } = words.status;

/** Shape and words of an outcome (ui.md §5): who decided shows too, where no person did. */
function outcomeOf({ outcome, decidedBy }: Decision): { icon: IconName; label: string } {
  switch (outcome) {
    case 'allowed':
      return decidedBy === 'rule'
        ? { icon: 'rule', label: outcomes.byRule }
        : { icon: decidedBy === 'policy' ? 'policy' : 'check', label: outcomes.allowed };
    case 'denied':
      return decidedBy === 'policy'
        ? { icon: 'policy', label: outcomes.byPolicy }
        : { icon: 'cross', label: outcomes.denied };
    case 'expired':
      return { icon: 'clock', label: outcomes.expired };
    case 'cancelled':
      return { icon: 'barred', label: outcomes.cancelled };
    case 'invalid':
      return { icon: 'caution', label: outcomes.invalid };
  }
}

export function Recent({ decisions }: { decisions: readonly Decision[] }) {
  return (
    <>
      <h2>{words.status.recent}</h2>
      {decisions.length === 0 ? (
        <p class="none">{words.status.noRecent}</p>
      ) : (
        <ul class="recent">
          {decisions.slice(0, most).map((decision) => {
            const { icon, label } = outcomeOf(decision);
            return (
              <li key={`${decision.atMs} ${decision.text}`}>
                <Icon name={icon} label={label} />
                <bdi>{decision.text}</bdi>
                <span class="when">{timeOfDay(decision.atMs)}</span>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
