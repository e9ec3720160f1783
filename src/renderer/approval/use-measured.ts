import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Extent } from './reading.ts';

/**
 * Tells what part of a scrolling box is in view, at first and whenever that changes (AP-04).
 * Another `content` begins at its top. The returned `measure` is for its `onScroll`.
 */
export function useMeasured(
  onMeasured: (extent: Extent) => void,
  content = '',
): {
  readonly box: RefObject<HTMLElement | null>;
  readonly measure: () => void;
} {
  const box = useRef<HTMLElement>(null);
  const measure = (): void => {
    const element = box.current;
    if (element === null) return;
    const { scrollTop: top, clientHeight: shown, scrollHeight: whole } = element;
    onMeasured({ top, shown, whole });
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // Where the text before was read to its end, another one would count as read unseen.
    element.scrollTop = 0;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [content]);
  return { box, measure };
}
