import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Pages, rowAt } from './pages.ts';
import { Row } from './row.tsx';
import { type Opened, topOf, useVisibleRows } from './visible-rows.ts';
import { historyWords } from './words.ts';

interface Props {
  readonly list: Pages;
  /** Rows in all, as far as is known. */
  readonly total: number | null;
  /** The first row takes the focus: a person asked for this list. */
  readonly isAsked: boolean;
  /** Rows `from` to `to` are drawn. */
  readonly onShow: (from: number, to: number) => void;
}

/** Only the rows in view and a few around them are in the page, and the one with the focus. */
export function DecisionList({ list, total, isAsked, onShow }: Props) {
  const box = useRef<HTMLOListElement>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [stop, setStop] = useState(0);
  const { from, to } = useVisibleRows(box, list.count, opened);
  useLayoutEffect(() => onShow(from, to), [from, to, list.count]);
  const focus = useFocusedRow(box, stop, isAsked);

  const drawn = new Set([stop, ...Array.from({ length: to - from + 1 }, (_, at) => from + at)]);
  const shown = [...drawn].filter((index) => index < list.count).toSorted((a, b) => a - b);
  const goTo = (event: KeyboardEvent): void => {
    const target = targetOf(event.key, stop, list.count);
    if (target === null) return;
    event.preventDefault();
    setStop(target);
    focus();
  };
  return (
    <ol
      ref={box}
      class="decisions"
      aria-label={historyWords.list.label}
      style={{ height: `${topOf(list.count, opened)}px` }}
      onKeyDown={goTo}
    >
      {shown.map((index) => (
        <Row
          key={index}
          row={rowAt(list, index)}
          index={index}
          total={list.next === null ? list.count : total}
          top={topOf(index, opened)}
          isStop={index === stop}
          isOpen={index === opened?.index}
          onToggle={() => {
            setStop(index);
            setOpened(opened?.index === index ? null : { index, extra: 0 });
          }}
          onMeasured={(extra) => setOpened((now) => measured(now, index, extra))}
        />
      ))}
    </ol>
  );
}

function measured(opened: Opened | null, index: number, extra: number): Opened | null {
  if (opened?.index !== index || opened.extra === extra) return opened;
  return { index, extra };
}

/** Begins where it can be seen; the returned function moves the focus to the row `stop`. */
function useFocusedRow(box: RefObject<HTMLElement | null>, stop: number, isAsked: boolean) {
  const wanted = useRef(isAsked);
  const [turn, setTurn] = useState(0);
  useLayoutEffect(() => {
    const list = box.current;
    const pane = list?.closest('.pane');
    if (!list || !pane) return;
    if (list.getBoundingClientRect().top < pane.getBoundingClientRect().top) list.scrollIntoView();
  }, []);
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    box.current?.querySelector<HTMLElement>(`#decision-${stop}`)?.focus();
  }, [turn]);
  return () => {
    wanted.current = true;
    setTurn(turn + 1);
  };
}

/** Rows that Page Up and Page Down go. */
const pageSteps = 8;

function targetOf(key: string, at: number, count: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -pageSteps,
    PageDown: pageSteps,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(count - 1, at + step));
}
