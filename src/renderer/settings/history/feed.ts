import type { Bridge, Input } from '#ipc/contract.ts';
import type { HistoryPage, HistorySummary } from '#ipc/history.ts';
import { call } from '../../companion.ts';
import { words } from '../../words.ts';
import { type Choice, everything, filterOf, filterWithDay } from './choice.ts';
import {
  firstPage,
  missingPage,
  nearby,
  type Pages,
  pageRows,
  withNextPage,
  withPageAgain,
} from './pages.ts';

export interface FeedState {
  /** As chosen; what is listed follows. */
  readonly choice: Choice;
  /** Null before the first answer. */
  readonly list: Pages | null;
  readonly summary: HistorySummary | null;
  /** Why the latest question was not answered. */
  readonly problem: string | null;
  /** What is listed, or counted, is not yet what was chosen. */
  readonly isSearching: boolean;
  readonly isCounting: boolean;
  /** Rises when the list begins anew. */
  readonly generation: number;
  /** A person asked for the newest rows, and not for other ones. */
  readonly isRenewed: boolean;
  /** What came since the list began, and whether that is all. */
  readonly newer: { readonly count: number; readonly more: boolean };
}

interface FeedDeps {
  readonly bridge: Bridge;
  readonly changed: (state: FeedState) => void;
  readonly isHidden: () => boolean;
  /** Ms that never go back. */
  readonly now: () => number;
}

export type HistoryFeed = ReturnType<typeof createHistoryFeed>;

/** Nobody reads a list that changes with every key. */
const restMs = 200;
/** Busy agents make many rows a second; looking once is enough. */
const lookMs = 1_000;

const nothingNewer = { count: 0, more: false };

/** Asks for what the list needs: one question for rows at a time, only what is in reach. */
export function createHistoryFeed({ bridge, changed, isHidden, now }: FeedDeps) {
  let state: FeedState = {
    choice: everything,
    list: null,
    summary: null,
    problem: null,
    isSearching: true,
    isCounting: true,
    generation: 0,
    isRenewed: false,
    newer: nothingNewer,
  };
  /** Rises with every new search: an answer to an older one is dropped. */
  let search = 0;
  /** What the list is of; `choice` may be ahead of it while somebody types. */
  let sought: Choice = everything;
  /** Rises with every question for counts: a newer one takes the place of the one before. */
  let counts = 0;
  let isAsking = false;
  let view = { from: 0, to: 0 };
  let resting: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let seenMark: number | null = null;
  /** There may be newer rows: nobody has looked; the list does not know them yet. */
  let isNews = false;
  let isDue = false;

  function change(part: Partial<FeedState>): void {
    state = { ...state, ...part };
    changed(state);
  }

  /** Asks for rows and hands them to `take`, unless another search began meanwhile. */
  async function ask(
    part: Omit<Input<'history.page'>, 'filter' | 'limit'>,
    take: (page: HistoryPage) => Partial<FeedState>,
  ): Promise<void> {
    const mine = search;
    isAsking = true;
    const filter = filterWithDay(sought);
    const reply = await call(bridge, 'history.page', { filter, limit: pageRows, ...part });
    if (mine !== search) return;
    isAsking = false;
    if (reply.ok) {
      change({ problem: null, ...take(reply.value) });
      goOn();
    } else {
      change({ problem: reply.message ?? words.settings.noAnswer, isSearching: false });
    }
  }

  async function askSummary(): Promise<void> {
    counts += 1;
    const mine = counts;
    const reply = await call(bridge, 'history.summary', filterOf(sought));
    if (mine !== counts) return;
    if (reply.ok) change({ summary: reply.value, isCounting: false });
    else change({ problem: reply.message ?? words.settings.noAnswer, isCounting: false });
  }

  /** Begins the list anew; what it shows stays until the answer is there. */
  function begin(isRenewed = false): void {
    clearTimeout(resting);
    resting = undefined;
    search += 1;
    sought = state.choice;
    isDue = false;
    change({ isSearching: true, isCounting: true, problem: null });
    void askSummary();
    void ask({ before: null }, (page) => ({
      list: firstPage(page),
      isSearching: false,
      generation: state.generation + 1,
      isRenewed,
      newer: nothingNewer,
    }));
  }

  /** The next question that the view makes necessary. */
  function goOn(): void {
    const { list } = state;
    if (isAsking || list === null || state.isSearching) return;
    const kept = nearby(list, view.from, view.to);
    if (kept !== list) change({ list: kept });
    const missing = missingPage(kept, view.from, view.to);
    const { next } = kept;
    if (missing !== null) {
      const before = kept.pages[missing]?.before ?? null;
      void ask({ before }, (page) => ({ list: withPageAgain(state.list ?? kept, missing, page) }));
    } else if (next !== null && view.to >= kept.count - pageRows / 2) {
      void ask({ before: next }, (page) => ({ list: withNextPage(state.list ?? kept, page) }));
    } else if (isDue) {
      isDue = false;
      void ask({ before: null, after: kept.mark }, (page) => {
        const count = page.rows.length;
        return { newer: { count, more: page.next !== null } };
      }).then(() => {
        // Nothing is in view that could move.
        if (state.list?.count === 0 && state.newer.count > 0) begin();
      });
    }
  }

  function look(): void {
    looking = undefined;
    lookedAtMs = now();
    isNews = false;
    isDue = true;
    void askSummary();
    goOn();
  }

  /** Looks soon, but not more often than once a second, and not while nobody sees it. */
  function lookSoon(): void {
    if (!isNews || looking !== undefined || isHidden()) return;
    looking = setTimeout(look, Math.max(0, lookedAtMs + lookMs - now()));
  }

  return {
    state: (): FeedState => state,
    begin: () => begin(),
    /** The same with what came since. */
    renew: () => begin(true),
    choose(part: Partial<Choice>): void {
      const choice = { ...state.choice, ...part };
      const isText = Object.keys(part).every((name) => name === 'text');
      change({ choice });
      clearTimeout(resting);
      if (isText && choice.text !== '') resting = setTimeout(() => begin(), restMs);
      else begin();
    },
    /** Rows `from` to `to` are in view or about to be. */
    show(from: number, to: number): void {
      view = { from, to };
      goOn();
    },
    /** `mark` of the snapshot: it changes with every row. */
    marked(mark: number): void {
      if (seenMark !== null && seenMark !== mark) isNews = true;
      seenMark = mark;
      lookSoon();
    },
    /** The page may be in view again. */
    lookSoon,
    close(): void {
      search += 1;
      counts += 1;
      clearTimeout(resting);
      clearTimeout(looking);
    },
  };
}
