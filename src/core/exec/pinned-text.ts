import type { CommandPlace } from '#core/analysis/types.ts';
import type { PlanSegment } from './types.ts';

/**
 * A proved shell text with every program by its real path. Looked up by name it could be another
 * one when its turn comes: a command of the shell itself, or what the command before put first on
 * PATH (S15); `/proc/self` is another folder for the shell than for us.
 */
export function pinnedText(
  text: string,
  places: readonly CommandPlace[],
  segments: readonly PlanSegment[],
): string {
  let pinned = '';
  let at = 0;
  for (const [index, { nameStart, nameEnd }] of places.entries()) {
    pinned += text.slice(at, nameStart) + quoted(segments[index]?.executable.path ?? '');
    at = nameEnd;
  }
  return pinned + text.slice(at);
}

/** In single quotes, unless every shell takes the path as it is. */
function quoted(path: string): string {
  if (/^\/[A-Za-z0-9_./@%+:-]+$/.test(path)) return path;
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
