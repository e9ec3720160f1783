import { useLayoutEffect, useRef } from 'preact/hooks';
import type { HistoryRow } from '#ipc/history.ts';
import { Claim } from '../../ui/claim.tsx';
import { Fact } from '../../ui/fact.tsx';
import { Icon } from '../../ui/icons.tsx';
import { dateTimeText, dayTimeText } from '../../ui/moment.ts';
import { outcomeOf } from '../../ui/outcome.ts';
import { Waits } from '../../ui/waits.tsx';
import { historyWords } from './words.ts';

const w = historyWords.list;

interface Props {
  /** Null: not there yet. */
  readonly row: HistoryRow | null;
  readonly index: number;
  /** Rows in all; null: not known. */
  readonly total: number | null;
  readonly top: number;
  /** The one that the keyboard comes to. */
  readonly isStop: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** Px that the details take. */
  readonly onMeasured: (height: number) => void;
}

export function Row({ row, index, total, top, isStop, isOpen, onToggle, onMeasured }: Props) {
  return (
    <li
      class="decision"
      style={{ top: `${top}px` }}
      aria-posinset={index + 1}
      aria-setsize={total ?? -1}
    >
      <button
        type="button"
        id={`decision-${index}`}
        class="decision-head"
        tabIndex={isStop ? 0 : -1}
        aria-expanded={isOpen}
        aria-disabled={row === null}
        onClick={row === null ? undefined : onToggle}
      >
        {row === null ? (
          <span class="soft">
            <Waits>{w.loading}</Waits>
          </span>
        ) : (
          <Head row={row} />
        )}
      </button>
      {isOpen && row !== null && <Details row={row} onMeasured={onMeasured} />}
    </li>
  );
}

function Head({ row }: { row: HistoryRow }) {
  const { icon, label } = outcomeOf(row);
  return (
    <>
      <Icon name={icon} label={label} />
      <bdi class="decision-command">{row.command}</bdi>
      <span class="when">{dayTimeText(row.atMs)}</span>
      <span class="decision-why">
        <Claim claim={row.agent} />
        {' · '}
        <bdi>{row.reason}</bdi>
      </span>
    </>
  );
}

function Details({ row, onMeasured }: { row: HistoryRow; onMeasured: Props['onMeasured'] }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    const measure = (): void => onMeasured(current.offsetHeight);
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(current);
    return () => resized.disconnect();
  }, [row]);
  return (
    <div ref={box} class="decision-details">
      <dl>
        <Fact label={w.command}>
          <code class="block">
            <bdi>{row.command}</bdi>
          </code>
        </Fact>
        <Fact label={w.decided}>
          <bdi>{row.reason}</bdi>
        </Fact>
        <Fact label={w.agent}>
          <Claim claim={row.agent} />
        </Fact>
        <Fact label={w.time}>{dateTimeText(row.atMs)}</Fact>
        {row.facts.map(({ label, text }) => (
          <Fact key={label} label={label}>
            <bdi>{text}</bdi>
          </Fact>
        ))}
      </dl>
    </div>
  );
}
