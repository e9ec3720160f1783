import type { StatusState } from '#ipc/status.ts';
import { Icon } from '../ui/icons.tsx';
import { timeOfDay } from '../ui/moment.ts';
import { outcomeOf } from '../ui/outcome.ts';
import { words } from '../words.ts';

type Decision = StatusState['recent'][number];

/** As many as fit a look; all of them are in the audit. */
const most = 5;

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
