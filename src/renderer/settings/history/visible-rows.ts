import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Px of a row that is not open; `.decision-head` has the same. */
const rowHeight = 48;

/** Rows drawn above and below what is in view. */
const margin = 8;

/** The one row that is open, and what that adds to its height. */
export interface Opened {
  readonly index: number;
  readonly extra: number;
}

export function topOf(index: number, opened: Opened | null): number {
  return index * rowHeight + (opened !== null && index > opened.index ? opened.extra : 0);
}

/** Row at `y` px from the begin of the list. */
function rowAtHeight(y: number, opened: Opened | null): number {
  if (opened === null) return Math.floor(y / rowHeight);
  const end = topOf(opened.index, null) + rowHeight;
  if (y < end) return Math.floor(y / rowHeight);
  return Math.max(opened.index, Math.floor((y - opened.extra) / rowHeight));
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** First and last row to draw, for a list that scrolls with its pane. */
export function useVisibleRows(
  list: RefObject<HTMLElement | null>,
  count: number,
  opened: Opened | null,
): Range {
  const [range, setRange] = useState<Range>({ from: 0, to: 2 * margin });
  useLayoutEffect(() => {
    const box = list.current;
    const pane = box?.closest<HTMLElement>('.pane');
    if (!box || !pane) return;
    const measure = (): void => {
      const top = pane.getBoundingClientRect().top - box.getBoundingClientRect().top;
      const from = Math.max(0, rowAtHeight(top, opened) - margin);
      const to = Math.min(count - 1, rowAtHeight(top + pane.clientHeight, opened) + margin);
      setRange((old) => (old.from === from && old.to === to ? old : { from, to }));
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(pane);
    pane.addEventListener('scroll', measure, { passive: true });
    return () => {
      resized.disconnect();
      pane.removeEventListener('scroll', measure);
    };
  }, [count, opened?.index, opened?.extra]);
  return range;
}
