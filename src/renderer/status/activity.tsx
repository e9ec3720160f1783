import type { StatusState } from '#ipc/status.ts';
import { Claim } from '../ui/claim.tsx';
import { elapsed } from '../ui/moment.ts';
import { useNow } from '../ui/use-now.ts';
import { statusWords } from './words.ts';

type Activity = StatusState['activity'][number];

interface Props {
  readonly status: StatusState;
  readonly nowMs: number;
}

/** The lines that fit a look, the first one included. */
const most = 4;

const secondMs = 1_000;
const minuteMs = 60_000;

/** What is happening now, in the first line, or why nothing is (ui.md §3). */
export function Headline({ status, nowMs }: Props) {
  const { activity, headline } = status;
  const [first, ...others] = activity;
  const listed = activity.slice(0, most);
  const youngest = Math.max(...listed.map(({ sinceMs }) => sinceMs));
  const everyMs = nowMs - youngest < minuteMs ? secondMs : 15 * secondMs;
  const now = useNow(nowMs, first ? everyMs : null);
  if (!first) {
    return (
      <h1>
        <bdi>{headline}</bdi>
      </h1>
    );
  }
  return (
    <>
      <h1>
        <Line activity={first} now={now} />
      </h1>
      {others.length > 0 && (
        <ul class="others" aria-label={statusWords.others}>
          {others.slice(0, most - 1).map((activity, index) => (
            <li key={index}>
              <Line activity={activity} now={now} />
            </li>
          ))}
          {activity.length > most && <li>{statusWords.more(activity.length - most)}</li>}
        </ul>
      )}
    </>
  );
}

function Line({ activity: { agent, text, sinceMs }, now }: { activity: Activity; now: number }) {
  return (
    <>
      {agent === null ? statusWords.unnamed : <Claim claim={agent} />}
      {' · '}
      <bdi>{text}</bdi>
      {' · '}
      <span class="elapsed">{elapsed(now - sinceMs)}</span>
    </>
  );
}
