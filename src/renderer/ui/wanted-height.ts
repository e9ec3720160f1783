import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Height of a box if it did not have to scroll, but no more than its content. */
function contentHeight(box: HTMLElement): number {
  const style = getComputedStyle(box);
  const padding = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
  const parts = [...box.children].map((part) => part.getBoundingClientRect());
  const drawn = parts.filter(({ height }) => height > 0);
  const [first] = drawn;
  const last = drawn.at(-1);
  return first && last ? last.bottom - first.top + padding : padding;
}

/** Height at which nothing on the page has to scroll, in px. */
function wantedHeight(page: HTMLElement): number {
  const style = getComputedStyle(page);
  const gaps = Number.parseFloat(style.rowGap) * (page.children.length - 1) || 0;
  const own = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
  const parts = [...page.children].map((child) => {
    if (!(child instanceof HTMLElement)) return 0;
    const { offsetHeight } = child;
    if (child.matches('.facts, .list, .body')) return contentHeight(child);
    const command = child.querySelector<HTMLElement>('.command');
    return command ? offsetHeight - command.clientHeight + command.scrollHeight : offsetHeight;
  });
  return Math.ceil(parts.reduce((sum, part) => sum + part, own + gaps));
}

/**
 * Keeps an element as high as the window should be (ui.md §2, §3): the main process sizes it by the
 * document. `grow`: while questions follow each other it never shrinks, so that buttons stay put.
 */
export function useWantedHeight(mode: 'fit' | 'grow' | 'any'): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const reached = useRef(0);
  useLayoutEffect(() => {
    const page = element.current?.parentElement?.querySelector<HTMLElement>('.page');
    if (!page || !element.current) return;
    const least = mode === 'grow' ? reached.current : 0;
    reached.current = mode === 'any' ? 0 : Math.max(least, wantedHeight(page));
    element.current.style.height = `${reached.current}px`;
  });
  return element;
}
