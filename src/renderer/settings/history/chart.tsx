import { useState } from 'preact/hooks';
import type { HistorySummary } from '#ipc/history.ts';
import { ChartTable } from './chart-table.tsx';
import { dayText } from './choice.ts';
import { allOf, countOf, type Day, type Kind, kinds } from './day-counts.ts';
import { Patterns, Swatch } from './patterns.tsx';
import { historyWords } from './words.ts';

const w = historyWords.chart;

interface Props {
  readonly days: HistorySummary['days'];
  readonly chosen: string | null;
  /** Null: all days again. */
  readonly onChoose: (day: string | null) => void;
}

/** How much was decided on each day, and how it ended (ui.md §4); a table says the same. */
export function Chart({ days, chosen, onChoose }: Props) {
  const [asTable, setAsTable] = useState(false);
  const most = Math.max(1, ...days.map(allOf));
  return (
    <section class="chart" aria-labelledby="chart-title">
      <div class="chart-head">
        <h2 id="chart-title">{w.title(days.length)}</h2>
        <span class="soft">{w.most(most)}</span>
        <span class="gap" />
        <button type="button" id="chart-toggle" class="link" onClick={() => setAsTable(!asTable)}>
          {asTable ? w.asChart : w.asTable}
        </button>
      </div>
      <Patterns />
      {asTable ? (
        <ChartTable days={days} chosen={chosen} onChoose={onChoose} />
      ) : (
        <Bars days={days} chosen={chosen} onChoose={onChoose} most={most} />
      )}
      <Legend days={days} />
    </section>
  );
}

function Legend({ days }: Pick<Props, 'days'>) {
  return (
    <ul class="chart-legend">
      {kinds.map((kind) => (
        <li key={kind}>
          <Swatch kind={kind} />
          {`${w.kinds[kind]} ${historyWords.number(
            days.reduce((sum, day) => sum + countOf(day, kind), 0),
          )}`}
        </li>
      ))}
    </ul>
  );
}

const barHeight = 64;
const barWidth = 10;

/** `21 Nov: 12 allowed, 3 denied`. */
function sentenceOf(day: Day): string {
  const parts = kinds.flatMap((kind) => {
    const count = countOf(day, kind);
    return count === 0 ? [] : [w.counted(w.kinds[kind], count)];
  });
  return `${dayText(day.day)}: ${parts.length === 0 ? w.none : parts.join(', ')}`;
}

function Bars({ days, chosen, onChoose, most }: Props & { most: number }) {
  const [at, setAt] = useState<number | null>(null);
  const last = days.length - 1;
  const stop = Math.min(at ?? last, last);
  const goTo = (event: KeyboardEvent): void => {
    const target = { ArrowLeft: stop - 1, ArrowRight: stop + 1, Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, target));
    setAt(next);
    document.getElementById(`day-${days[next]?.day}`)?.focus();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: buttons in a row, no fields */}
      <div class="bars" role="group" aria-label={w.help} onKeyDown={goTo}>
        {days.map((day, index) => (
          <button
            key={day.day}
            type="button"
            id={`day-${day.day}`}
            class="bar"
            tabIndex={index === stop ? 0 : -1}
            aria-pressed={day.day === chosen}
            aria-label={sentenceOf(day)}
            title={sentenceOf(day)}
            onClick={() => {
              setAt(index);
              onChoose(day.day === chosen ? null : day.day);
            }}
          >
            <Bar day={day} most={most} />
          </button>
        ))}
      </div>
      <div class="bars-ends" aria-hidden="true">
        <span>{dayText(days[0]?.day ?? '')}</span>
        <span>{dayText(days[last]?.day ?? '')}</span>
      </div>
    </>
  );
}

/** What happened at all can be seen, however little it was. */
const leastHeight = 2;

function Bar({ day, most }: { day: Day; most: number }) {
  let top = barHeight;
  const parts = kinds.flatMap((kind: Kind) => {
    const count = countOf(day, kind);
    if (count === 0) return [];
    const height = Math.max(leastHeight, (count / most) * (barHeight - 4 * leastHeight));
    top -= height;
    return [{ kind, y: top, height }];
  });
  return (
    <svg
      width={barWidth}
      height={barHeight}
      viewBox={`0 0 ${barWidth} ${barHeight}`}
      aria-hidden="true"
    >
      {parts.map(({ kind, y, height }) => (
        <rect
          key={kind}
          class={`part part-${kind}`}
          x="0.5"
          y={y}
          width={barWidth - 1}
          height={height}
        />
      ))}
    </svg>
  );
}
