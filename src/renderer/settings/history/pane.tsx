import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/controls.tsx';
import { Waits } from '../../ui/waits.tsx';
import { words } from '../../words.ts';
import type { PaneProps } from '../pane-props.ts';
import { Chart } from './chart.tsx';
import { type Choice, everything, isEverything } from './choice.ts';
import { allOf } from './day-counts.ts';
import { createHistoryFeed, type FeedState, type HistoryFeed } from './feed.ts';
import { Filters } from './filters.tsx';
import { DecisionList } from './list.tsx';
import { Waiting } from './waiting.tsx';
import { historyWords } from './words.ts';

const w = historyWords.list;

/** Approvals: what waits, and everything that was decided (ui.md §4). */
export function HistoryPane({ snapshot, companion }: PaneProps) {
  const [state, feed] = useFeed(companion);
  useEffect(() => feed.marked(snapshot.marks.history), [feed, snapshot.marks.history]);
  const { choice, list, summary, problem } = state;
  const isBare = list?.count === 0 && isEverything(choice);
  return (
    <>
      <Waiting snapshot={snapshot} companion={companion} />
      {summary !== null && !isBare && (
        <Chart days={summary.days} chosen={choice.day} onChoose={(day) => feed.choose({ day })} />
      )}
      <div class="history-top">
        <h2 class="heard">{historyWords.history}</h2>
        {!isBare && (
          <Filters choice={choice} agents={summary?.agents ?? []} onChoose={feed.choose} />
        )}
        <Counted state={state} feed={feed} />
      </div>
      {problem !== null && (
        <Banner tone="danger">
          <p>{`${w.failed} ${problem}`}</p>
          <Button id="history-retry" onPress={feed.begin}>
            {words.settings.retry}
          </Button>
        </Banner>
      )}
      <Found state={state} feed={feed} />
    </>
  );
}

function useFeed(bridge: PaneProps['companion']): readonly [FeedState, HistoryFeed] {
  const draw = useState(0)[1];
  const feed = useMemo(
    () =>
      createHistoryFeed({
        bridge,
        changed: () => draw((turn) => turn + 1),
        isHidden: () => document.hidden,
        now: () => performance.now(),
      }),
    [bridge],
  );
  // Asked before the empty list is painted: the rows need not wait for that.
  useLayoutEffect(() => {
    feed.begin();
    document.addEventListener('visibilitychange', feed.lookSoon);
    return () => {
      document.removeEventListener('visibilitychange', feed.lookSoon);
      feed.close();
    };
  }, [feed]);
  return [feed.state(), feed];
}

interface Total {
  /** Changes included. */
  readonly rows: number;
  readonly changes: number;
}

/** Rows of what is chosen; null where nobody counted them. */
function totalOf({ summary, choice: { day } }: FeedState): Total | null {
  if (summary === null) return null;
  if (day === null) return { rows: summary.total, changes: summary.changes };
  const counted = summary.days.find((one) => one.day === day);
  if (counted === undefined) return null;
  const { change } = counted.counts;
  return { rows: allOf(counted) + change, changes: change };
}

/** Empty where the list itself says that there is nothing yet. */
function countText(total: Total | null, choice: Choice): string {
  if (total === null || (total.rows === 0 && isEverything(choice))) return '';
  return w.found(total.rows, total.changes);
}

function Counted({ state, feed }: { state: FeedState; feed: HistoryFeed }) {
  const { newer } = state;
  const isBusy = state.isSearching || state.isCounting;
  const text = isBusy ? '' : countText(totalOf(state), state.choice);
  return (
    <div class="counted">
      <span class="soft">{isBusy ? <Waits>{w.searching}</Waits> : text}</span>
      <Announced text={isBusy ? null : text} generation={state.generation} />
      <span class="gap" />
      {newer.count > 0 && (
        <Button
          id="history-newer"
          label={`${w.newer(newer.count, newer.more)}. ${w.newerHint}`}
          onPress={feed.renew}
        >
          {w.newer(newer.count, newer.more)}
        </Button>
      )}
    </div>
  );
}

function Found({ state, feed }: { state: FeedState; feed: HistoryFeed }) {
  const { list, choice, isSearching, isCounting, generation, problem } = state;
  return (
    <section class="found" aria-label={w.label} aria-busy={isSearching || isCounting}>
      {list !== null && list.count > 0 && (
        <DecisionList
          key={generation}
          list={list}
          total={totalOf(state)?.rows ?? null}
          isAsked={state.isRenewed}
          onShow={feed.show}
        />
      )}
      {list?.count === 0 && problem === null && !isSearching && (
        <Nothing choice={choice} feed={feed} />
      )}
    </section>
  );
}

/** Says what a search found, once: later rows do not interrupt anybody. */
function Announced({ text, generation }: { text: string | null; generation: number }) {
  const said = useRef({ generation: 0, text: '' });
  if (text !== null && said.current.generation !== generation) said.current = { generation, text };
  return (
    <span class="heard" role="status" aria-live="polite">
      {said.current.text}
    </span>
  );
}

function Nothing({ choice, feed }: { choice: Choice; feed: HistoryFeed }) {
  if (isEverything(choice)) return <p class="empty">{w.none}</p>;
  return (
    <div class="empty">
      <p>{w.noneFits}</p>
      <Button id="history-show-all" onPress={() => feed.choose(everything)}>
        {historyWords.filter.clear}
      </Button>
    </div>
  );
}
