import type { HistoryPage, HistoryRow } from '#ipc/history.ts';

/** Rows asked for at once. */
export const pageRows = 100;

/** Pages kept on either side of what is in view; the others are asked for again when needed. */
const keptAround = 3;

/**
 * The rows of a list up to the oldest one that was asked for. A page that is not in reach of the
 * view is let go: since rows are only ever added, it comes back as it was.
 */
export interface Pages {
  readonly pages: readonly {
    /** Only what is older than this was asked for. */
    readonly before: number;
    readonly rows: readonly HistoryRow[] | null;
  }[];
  /** Rows in all pages. */
  readonly count: number;
  /** For the page after the last; null: there is none. */
  readonly next: number | null;
  /** Everything up to here is either listed or does not fit. */
  readonly mark: number;
}

export function firstPage({ rows, next, mark }: HistoryPage): Pages {
  const [newest] = rows;
  const pages = newest === undefined ? [] : [{ before: newest.seq + 1, rows }];
  return { pages, count: rows.length, next, mark };
}

export function withNextPage(list: Pages, { rows, next }: HistoryPage): Pages {
  if (list.next === null) return list;
  const pages = rows.length === 0 ? list.pages : [...list.pages, { before: list.next, rows }];
  return { ...list, pages, count: list.count + rows.length, next };
}

export function withPageAgain(list: Pages, index: number, { rows }: HistoryPage): Pages {
  const pages = list.pages.map((page, at) => (at === index ? { ...page, rows } : page));
  return { ...list, pages };
}

export function rowAt({ pages }: Pages, index: number): HistoryRow | null {
  return pages[Math.floor(index / pageRows)]?.rows?.[index % pageRows] ?? null;
}

/** Lets go of what is far from the rows `from` to `to`. */
export function nearby(list: Pages, from: number, to: number): Pages {
  const first = Math.floor(from / pageRows) - keptAround;
  const last = Math.floor(to / pageRows) + keptAround;
  const isFar = (at: number): boolean => at < first || at > last;
  if (!list.pages.some(({ rows }, at) => rows !== null && isFar(at))) return list;
  return {
    ...list,
    pages: list.pages.map((page, at) => (isFar(at) ? { ...page, rows: null } : page)),
  };
}

/** The first page in reach of the rows `from` to `to` that was let go. */
export function missingPage({ pages }: Pages, from: number, to: number): number | null {
  const last = Math.floor(to / pageRows);
  for (let at = Math.max(0, Math.floor(from / pageRows)); at <= last; at += 1) {
    if (pages[at]?.rows === null) return at;
  }
  return null;
}
