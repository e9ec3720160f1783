import type { HistorySummary } from '#ipc/history.ts';
import { dayText } from './choice.ts';
import { allOf, countOf, kinds } from './day-counts.ts';
import { historyWords } from './words.ts';

const w = historyWords.chart;

interface Props {
  readonly days: HistorySummary['days'];
  readonly chosen: string | null;
  readonly onChoose: (day: string | null) => void;
}

/** The chart in numbers, newest day first. */
export function ChartTable({ days, chosen, onChoose }: Props) {
  const busy = days.filter((day) => allOf(day) > 0).toReversed();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
    <section class="chart-table" aria-label={w.asTable} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{w.day}</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col">
                {w.kinds[kind]}
              </th>
            ))}
            <th scope="col">{w.total}</th>
          </tr>
        </thead>
        <tbody>
          {busy.map((day) => (
            <tr key={day.day}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  aria-pressed={day.day === chosen}
                  onClick={() => onChoose(day.day === chosen ? null : day.day)}
                >
                  {dayText(day.day)}
                </button>
              </th>
              {kinds.map((kind) => (
                <td key={kind}>{historyWords.number(countOf(day, kind))}</td>
              ))}
              <td>{historyWords.number(allOf(day))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {busy.length < days.length && <p class="soft">{w.quiet}</p>}
    </section>
  );
}
