export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** In screen coordinates, device-independent pixels. */
export interface Rectangle extends Point, Size {}

export const clamp = (value: number, least: number, most: number): number =>
  // The lower bound wins when there is no room: the top left corner stays visible.
  Math.round(Math.max(least, Math.min(value, most)));

export const contains = (area: Rectangle, point: Point): boolean =>
  point.x >= area.x &&
  point.x < area.x + area.width &&
  point.y >= area.y &&
  point.y < area.y + area.height;

/** Moves a rectangle of this size so that it lies inside the area, `margin` from its edges. */
export function inside(area: Rectangle, size: Size, wanted: Point, margin = 0): Point {
  return {
    x: clamp(wanted.x, area.x + margin, area.x + area.width - size.width - margin),
    y: clamp(wanted.y, area.y + margin, area.y + area.height - size.height - margin),
  };
}
