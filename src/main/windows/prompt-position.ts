import { inside, type Point, type Rectangle, type Size } from './rectangle.ts';

/** Centred, a quarter down: in view, and rarely where the hand is working (AP-08). */
export function promptPosition(workArea: Rectangle, size: Size): Point {
  return inside(workArea, size, {
    x: workArea.x + (workArea.width - size.width) / 2,
    y: workArea.y + (workArea.height - size.height) / 4,
  });
}
