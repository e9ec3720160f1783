import { inside, type Point, type Rectangle, type Size } from './rectangle.ts';

/** Between icon and popover, and between popover and screen edge. */
const gap = 6;

/**
 * Centred under the icon when the bar is at the top of its display, above it when the bar is at the
 * bottom; always inside the work area (electron-security §8).
 */
export function popoverPosition(place: {
  /** The tray icon. */
  readonly anchor: Rectangle;
  /** Of the display that shows the icon. */
  readonly workArea: Rectangle;
  readonly size: Size;
}): Point {
  const { anchor, workArea, size } = place;
  const inLowerHalf = anchor.y + anchor.height / 2 > workArea.y + workArea.height / 2;
  return inside(
    workArea,
    size,
    {
      x: anchor.x + anchor.width / 2 - size.width / 2,
      y: inLowerHalf ? anchor.y - size.height - gap : anchor.y + anchor.height + gap,
    },
    gap,
  );
}
